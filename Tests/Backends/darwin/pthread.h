// Stands in for Darwin's header.
typedef unsigned long pthread_key_t;
typedef struct {
  long signature;
  char opaque[8];
} pthread_once_t;
#define PTHREAD_ONCE_INIT {0x30B1BCBA, {0}}

int pthread_once(pthread_once_t *once, void (*body)(void));
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int pthread_setspecific(pthread_key_t key, const void *value);
int pthread_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));

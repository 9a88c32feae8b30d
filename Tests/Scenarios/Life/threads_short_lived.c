// Three thousand threads live for one allocation each; one in three is detached.
#include <pthread.h>
#include <semaphore.h>

#include "../scenario.h"

static sem_t ended;

static void *work(void *index) {
  char *block = ALLOC((size_t)index % 1000 + 1);
  block[0] = 1;
  FREE(block);
  sem_post(&ended);
  return NULL;
}

int main(void) {
  sem_init(&ended, 0, 0);
  for (size_t i = 0; i < 3000; i++) {
    pthread_t thread;
    while (pthread_create(&thread, NULL, work, (void *)i) == EAGAIN) usleep(1000);
    if (i % 3 == 0) {
      CHECK(pthread_detach(thread) == 0);
    } else {
      CHECK(pthread_join(thread, NULL) == 0);
    }
  }
  for (size_t i = 0; i < 3000; i++) sem_wait(&ended);
}

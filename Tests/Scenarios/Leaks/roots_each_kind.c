// Each thread holds a block of 64 bytes by one kind of root alone, and waits while main exits. The
// mistake: the root is let go of before that, so that the block is lost.
//
//   roots_each_kind KIND THREADS [WAY] [LIBRARY]
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "../scenario.h"

enum { thread_limit = 8, stack_size = 512 * 1024 };

static const char *kind, *way;
static pthread_barrier_t barrier;
static pthread_key_t keys[100];
static void *globals[thread_limit];
static __thread void *local;
static void **(*library_local)(void);
static void ***library_global;
static void *stacks[thread_limit];
static ucontext_t contexts[thread_limit][2];
static __thread int number;
static int pipe_ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static int is(const char *name) { return strcmp(kind, name) == 0; }
static int waits(const char *name) { return strcmp(way, name) == 0; }

// Before main goes on: it does not wait for the others' steps after that.
__attribute__((noinline)) static void block_signals(void) {
  sigset_t all;
  sigfillset(&all);
  if (waits("sigwait") || waits("blocked")) pthread_sigmask(SIG_SETMASK, &all, NULL);
  if (waits("silent")) {
    unsigned long every = ~0ul;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &every, NULL, sizeof every);
  }
}

__attribute__((noinline)) static void wait_for_end(void) {
  sigset_t all;
  sigfillset(&all);
  int got;
  char byte;
  for (;;) {
    if (waits("sigwait")) sigwait(&all, &got);
    else if (waits("read")) CHECK(read(pipe_ends[0], &byte, 1) == 1);
    else if (waits("condition")) {
      pthread_mutex_lock(&mutex);
      for (;;) pthread_cond_wait(&condition, &mutex);
    } else if (waits("sleep")) sleep(1000);
    else if (waits("spin")) for (volatile int i = 0;; i++) continue;
    else pause();
  }
}

// The end, or the wait for it, with the dead stack as it is and no room in this frame.
__attribute__((noinline)) static void rest(void) {
  if (number != 0) block_signals();
  pthread_barrier_wait(&barrier);
  if (number != 0) wait_for_end();
  // The others come to their waits, or are on the way there.
  usleep(50000);
  exit(0);
}

// Far below, so that no copy of the pointer is left where somebody looks.
static void hold_in(void **place) {
  void *volatile *slot = (void *volatile *)place;
  *slot = ALLOC(64);
}

static void **place;

static void fill(void) { hold_in(place); }

__attribute__((noinline)) static void fill_place(void **wanted) {
  static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&one_at_a_time);
  place = wanted;
  lose(fill);
  place = NULL;
  pthread_mutex_unlock(&one_at_a_time);
}

// The slot of a root that is memory.
static void **slot_of_kind(void) {
  if (is("global")) return &globals[number];
  if (is("static-local")) return &local;
  if (is("library-local")) return library_local();
  if (is("library-global")) return &(*library_global)[number];
  if (is("mapped")) {
    void **page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    return page + 4000;
  }
  return NULL;
}

static void by_memory(void **slot) {
  fill_place(slot);
  if (BAD) *(void *volatile *)slot = NULL;
  rest();
}

static void by_key(pthread_key_t key) {
  void *held = NULL;
  fill_place(&held);
  CHECK(pthread_setspecific(key, held) == 0);
  held = NULL;
  if (BAD) CHECK(pthread_setspecific(key, NULL) == 0);
  // What the two calls left would stand in the gaps of the frames to come.
  clear_dead_stack();
  rest();
}

// A frame that is in use, or one that is over: its slot stays as it was.
__attribute__((noinline)) static void leave_below(void) {
  void *volatile frame[4096];
  frame[4096 - 1] = frame[0] = NULL;
  hold_in((void **)&frame[100]);
  CHECK(frame[100]);
}

static void by_frame(void) {
  void *volatile held = NULL;
  if (!BAD) {
    fill_place((void **)&held);
    rest();
  }
  // No other copy than the one in a frame that is over.
  leave_below();
  rest();
}

// In a register that functions keep, as its caller left it.
static void by_register(void) {
  void *held = NULL;
  fill_place(&held);
  if (BAD) held = NULL;
#if defined __x86_64__
  __asm__ volatile(
      "mov %0, %%r12\n\tmovq $0, %0\n\txor %%edi, %%edi\n\tcall *%1"
      : "+m"(held)
      : "a"(rest)
      : "r12", "rdi", "memory");
#else
  __asm__ volatile("ldr x19, %0\n\tstr xzr, %0\n\tblr %1"
                   : "+m"(held)
                   : "r"(rest)
                   : "x19", "x30", "memory");
#endif
}

// In a wide register, or below the stack pointer, of a thread that runs without a call.
static void by_running(int is_wide) {
  void *held = NULL;
  fill_place(&held);
  if (BAD) held = NULL;
  if (number == 0) {
    globals[0] = held;
    held = NULL;
    rest();
  }
  pthread_barrier_wait(&barrier);
#if defined __x86_64__
  if (is_wide)
    __asm__ volatile("movq %0, %%xmm9\n\tmovq $0, %0\n1: pause\n\tjmp 1b"
                     : "+m"(held)
                     :
                     : "xmm9", "memory");
  else
    __asm__ volatile(
        "mov %0, %%rax\n\tmovq $0, %0\n\tmov %%rax, -64(%%rsp)\n\txor %%eax, %%eax\n\t"
        "1: pause\n\tjmp 1b"
        : "+m"(held)
        :
        : "rax", "memory");
#else
  (void)is_wide;
  for (;;) __asm__ volatile("" : : "r"(held));
#endif
}

static void in_handler(int signal) {
  (void)signal;
  by_frame();
}

// A handler on its own stack holds the block, or the frame that it interrupted.
static void by_alternate(int is_below) {
  stack_t stack = {.ss_sp = ALLOC(stack_size), .ss_size = stack_size};
  CHECK(sigaltstack(&stack, NULL) == 0);
  stack.ss_sp = NULL;
  struct sigaction action = {.sa_handler = is_below ? (void (*)(int))(void *)rest : in_handler,
                             .sa_flags = SA_ONSTACK};
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  void *volatile held = NULL;
  if (is_below) {
    if (BAD) leave_below();
    else fill_place((void **)&held);
  }
  pthread_kill(pthread_self(), SIGUSR1);
}

static void suspend(void) {
  void *volatile held = NULL;
  fill_place((void **)&held);
  if (BAD) held = NULL;
  swapcontext(&contexts[number][1], &contexts[number][0]);
}

// A stack of the program's own making, in a block: running, or left for later.
static void by_context(int is_running) {
  ucontext_t *context = &contexts[number][1];
  CHECK(getcontext(context) == 0);
  stacks[number] = ALLOC(stack_size);
  memset(stacks[number], 0, stack_size);
  context->uc_stack.ss_sp = stacks[number];
  context->uc_stack.ss_size = stack_size;
  makecontext(context, is_running ? by_frame : suspend, 0);
  // A running stack needs no other pointer than that of its processor.
  if (is_running) {
    stacks[number] = NULL;
    context->uc_stack.ss_sp = NULL;
  }
  CHECK(swapcontext(&contexts[number][0], context) == 0);
  rest();
}

static void *run(void *own) {
  number = (int)(intptr_t)own;
  void **slot = slot_of_kind();
  if (slot) by_memory(slot);
  else if (is("low-key")) by_key(keys[1]);
  else if (is("high-key")) by_key(keys[90]);
  else if (is("frame") || is("given-stack")) by_frame();
  else if (is("register")) by_register();
  else if (is("wide-register")) by_running(1);
  else if (is("red-zone")) by_running(0);
  else if (is("alternate")) by_alternate(0);
  else if (is("interrupted")) by_alternate(1);
  else if (is("context")) by_context(1);
  else if (is("suspended")) by_context(0);
  CHECK(!"a kind that is known");
  return NULL;
}

static void open_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW);
  CHECK(library);
  *(void **)&library_local = dlsym(library, "thread_slot");
  library_global = dlsym(library, "global_slot");
  CHECK(library_local && library_global);
  *library_global = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int count, char **values) {
  CHECK(count >= 3);
  kind = values[1];
  int threads = atoi(values[2]);
  CHECK(threads >= 1 && threads <= thread_limit);
  way = count > 3 ? values[3] : "pause";
  if (count > 4) open_library(values[4]);
  CHECK(pipe(pipe_ends) == 0);
  for (int i = 0; i < 100; i++) CHECK(pthread_key_create(&keys[i], NULL) == 0);
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  for (int i = 1; i < threads; i++) {
    pthread_t thread;
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0);
    if (is("given-stack")) {
      // Its only pointers are the thread's own.
      uintptr_t stack = ((uintptr_t)ZERO_ALLOC(stack_size) + 4095) & ~4095ul;
      CHECK(pthread_attr_setstack(&attributes, (void *)stack, stack_size - 8192) == 0);
    }
    CHECK(pthread_create(&thread, &attributes, run, (void *)(intptr_t)i) == 0);
    pthread_attr_destroy(&attributes);
  }
  run(NULL);
}

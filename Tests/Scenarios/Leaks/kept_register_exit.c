// Only a register that functions preserve holds a block when exit is called.
#include "../scenario.h"

static void *global;

static void take(void) { global = ALLOC(64); }

int main(void) {
  lose(take);
#if defined __x86_64__
  __asm__ volatile(
      "mov %0, %%r12\n\t"
      "movq $0, %0\n\t"
      "xor %%edi, %%edi\n\t"
      "xor %%eax, %%eax\n\t"
      "call exit@plt"
      : "+m"(global)
      :
      : "r12", "rdi", "rax", "memory");
#endif
}

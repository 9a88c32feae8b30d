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
#elif defined __aarch64__
  __asm__ volatile(
      "ldr x19, %0\n\t"
      "str xzr, %0\n\t"
      "mov w0, #0\n\t"
      "bl exit"
      : "+m"(global)
      :
      : "x19", "x0", "x30", "memory");
#else
#error "no way is known to keep a pointer in a register of this machine"
#endif
}

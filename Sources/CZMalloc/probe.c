// The two reads that survive an unmapped page. See the header for why they are assembly.
#include "zmalloc_probe.h"

#ifdef DEBUG_LAYER
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern const char zmalloc_probe_load_at[], zmalloc_probe_load_failed[];
extern const char zmalloc_probe_copy_at[], zmalloc_probe_copy_failed[];
extern int zmalloc_probe_load_raw(const void *address, uint64_t *value);
extern size_t zmalloc_probe_copy_raw(void *to, const void *from, size_t byte_count);

#if defined(__x86_64__)
// One instruction may fault in each: `load_at` and `copy_at`. `rep movsb` leaves what remains in
// rcx.
__asm__(
    ".text\n.p2align 4\n"
    ".hidden zmalloc_probe_load_raw\n.globl zmalloc_probe_load_raw\n"
    ".type zmalloc_probe_load_raw,@function\n"
    "zmalloc_probe_load_raw:\n.cfi_startproc\n"
    ".hidden zmalloc_probe_load_at\n.globl zmalloc_probe_load_at\n"
    "zmalloc_probe_load_at: movq (%rdi), %rax\n"
    "  movq %rax, (%rsi)\n  movl $1, %eax\n  ret\n"
    ".hidden zmalloc_probe_load_failed\n.globl zmalloc_probe_load_failed\n"
    "zmalloc_probe_load_failed: xorl %eax, %eax\n  ret\n.cfi_endproc\n"
    ".size zmalloc_probe_load_raw,.-zmalloc_probe_load_raw\n"
    ".p2align 4\n"
    ".hidden zmalloc_probe_copy_raw\n.globl zmalloc_probe_copy_raw\n"
    ".type zmalloc_probe_copy_raw,@function\n"
    "zmalloc_probe_copy_raw:\n.cfi_startproc\n  movq %rdx, %rcx\n"
    ".hidden zmalloc_probe_copy_at\n.globl zmalloc_probe_copy_at\n"
    "zmalloc_probe_copy_at: rep movsb\n"
    ".hidden zmalloc_probe_copy_failed\n.globl zmalloc_probe_copy_failed\n"
    "zmalloc_probe_copy_failed: movq %rcx, %rax\n  ret\n.cfi_endproc\n"
    ".size zmalloc_probe_copy_raw,.-zmalloc_probe_copy_raw\n");
#elif defined(__aarch64__)
__asm__(
    ".text\n.p2align 4\n"
    ".hidden zmalloc_probe_load_raw\n.globl zmalloc_probe_load_raw\n"
    ".type zmalloc_probe_load_raw,%function\n"
    "zmalloc_probe_load_raw:\n.cfi_startproc\n"
    ".hidden zmalloc_probe_load_at\n.globl zmalloc_probe_load_at\n"
    "zmalloc_probe_load_at: ldr x2, [x0]\n  str x2, [x1]\n  mov w0, #1\n  ret\n"
    ".hidden zmalloc_probe_load_failed\n.globl zmalloc_probe_load_failed\n"
    "zmalloc_probe_load_failed: mov w0, #0\n  ret\n.cfi_endproc\n"
    ".size zmalloc_probe_load_raw,.-zmalloc_probe_load_raw\n"
    ".p2align 4\n"
    ".hidden zmalloc_probe_copy_raw\n.globl zmalloc_probe_copy_raw\n"
    ".type zmalloc_probe_copy_raw,%function\n"
    "zmalloc_probe_copy_raw:\n.cfi_startproc\n"
    "1: cbz x2, zmalloc_probe_copy_failed\n"
    ".hidden zmalloc_probe_copy_at\n.globl zmalloc_probe_copy_at\n"
    "zmalloc_probe_copy_at: ldrb w3, [x1]\n"
    "  strb w3, [x0], #1\n  add x1, x1, #1\n  sub x2, x2, #1\n  b 1b\n"
    ".hidden zmalloc_probe_copy_failed\n.globl zmalloc_probe_copy_failed\n"
    "zmalloc_probe_copy_failed: mov x0, x2\n  ret\n.cfi_endproc\n"
    ".size zmalloc_probe_copy_raw,.-zmalloc_probe_copy_raw\n");
#else
#error "the probes are written for x86_64 and aarch64"
#endif

static bool handler_is_trusted;

void zmalloc_probe_trust_handler(bool trusted) {
  __atomic_store_n(&handler_is_trusted, trusted, __ATOMIC_RELAXED);
}

// A call that reads its argument first and then refuses it: EFAULT where a load would fault, EINVAL
// elsewhere.
static bool is_readable(const void *address) {
  int saved = errno;
  syscall(SYS_rt_sigprocmask, -1, address, 0, 8);
  bool readable = errno != EFAULT;
  errno = saved;
  return readable;
}

// Asks the kernel to copy: it answers EFAULT where a load would fault.
static size_t copy_by_kernel(void *to, const void *from, size_t byte_count) {
  struct iovec local = {to, byte_count}, remote = {(void *)from, byte_count};
  ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  return copied < 0 ? byte_count : byte_count - (size_t)copied;
}

bool zmalloc_probe_load(const void *address, uint64_t *value) {
  if (__builtin_expect(handler_is_trusted, 1)) return zmalloc_probe_load_raw(address, value);
  if (!is_readable(address)) return false;
  *value = *(const volatile uint64_t *)address;
  return true;
}

size_t zmalloc_probe_copy(void *to, const void *from, size_t byte_count) {
  if (__builtin_expect(handler_is_trusted, 1)) return zmalloc_probe_copy_raw(to, from, byte_count);
  return copy_by_kernel(to, from, byte_count);
}

uintptr_t zmalloc_probe_recovery(uintptr_t pc) {
  if (pc == (uintptr_t)zmalloc_probe_load_at) return (uintptr_t)zmalloc_probe_load_failed;
  if (pc == (uintptr_t)zmalloc_probe_copy_at) return (uintptr_t)zmalloc_probe_copy_failed;
  return 0;
}
#endif

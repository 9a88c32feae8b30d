// A name that looks like fields of /proc/self/stat changes no field: a thread's name given by
// prctl, and the name of the program's own file.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../scenario.h"

static long long field(int number) {
  long long value = 77;
  CHECK(get_proc_stat_ll(number, &value) == 1);
  return value;
}

static void check_no_field(int number) {
  long long value = 77;
  CHECK(get_proc_stat_ll(number, &value) == 0);
  CHECK(value == 77);
}

static void check_fields(const char *name) {
  char found[16];
  CHECK(prctl(PR_GET_NAME, found) == 0 && strcmp(found, name) == 0);
  CHECK(field(4) == getppid());
  CHECK(field(5) == getpgrp());
  CHECK(field(6) == getsid(0));
  CHECK(field(20) == 1);
  // The limit of the resident size is 2^64 - 1, which is clamped as strtoll does it.
  CHECK(field(25) == INT64_MAX);
  CHECK(field(52) == 0);
  // The process id, the name and the state's letter; what is not there.
  for (int number = -2; number <= 3; number++) check_no_field(number);
  check_no_field(53);
  check_no_field(INT32_MAX);
  check_no_field(INT32_MIN);
  CHECK(get_proc_stat_ll(4, NULL) == 0);
  size_t resident = zmalloc_get_rss(), page = (size_t)sysconf(_SC_PAGESIZE);
  CHECK(resident > 16 * page && resident < (size_t)1 << 30 && resident % page == 0);
}

/// Runs this program again from a file of another name.
static void run_named(const char *program, const char *name) {
  struct stat status;
  int from = open(program, O_RDONLY | O_CLOEXEC);
  int to = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
  CHECK(from >= 0 && to >= 0 && fstat(from, &status) == 0);
  for (off_t done = 0; done < status.st_size;) CHECK(sendfile(to, from, &done, 1 << 20) > 0);
  close(to);
  close(from);
  pid_t child = fork();
  if (child == 0) {
    execl(name, name, name, NULL);
    _exit(98);
  }
  int end;
  CHECK(waitpid(child, &end, 0) == child);
  unlink(name);
  CHECK(end == 0);
}

int main(int count, char **values) {
  if (count > 1) {
    check_fields(values[1]);
    return 0;
  }
  const char *names[] = {") 1 (", "a b) R 7 7 7", "((()", " ", ")\n) ("};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CHECK(prctl(PR_SET_NAME, names[i]) == 0);
    check_fields(names[i]);
    run_named("/proc/self/exe", names[i]);
  }
}

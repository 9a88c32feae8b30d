// hiredis with hiredisSetAllocators, and a redis-server of its own on a socket in the working
// folder: large values, pipelines, nested replies, errors, both protocols, a second connection.
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user.h"

static hiredisAllocFuncs functions = {
    .mallocFn = ztrymalloc,
    .callocFn = ztrycalloc_num,
    .reallocFn = ztryrealloc,
    .strdupFn = ztrystrdup,
    .freeFn = zfree,
};

static pid_t start_server(void) {
  pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", "redis.sock", "--save", "",
         "--appendonly", "no", "--logfile", "redis.log", "--daemonize", "no", (char *)NULL);
  _exit(127);
}

// Without hiredis: how often it has to be asked is not the same in each run.
static void wait_for(pid_t server) {
  struct sockaddr_un place = {.sun_family = AF_UNIX, .sun_path = "redis.sock"};
  for (int i = 0; i < 3000; i++) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    int code = connect(descriptor, (struct sockaddr *)&place, sizeof place);
    close(descriptor);
    if (code == 0) return;
    if (waitpid(server, NULL, WNOHANG) != 0) break;
    usleep(10000);
  }
  say("no server");
  exit(1);
}

// A reply, or NULL when memory ran out.
static redisReply *checked(redisContext *context, redisReply *reply, const char *what) {
  if (!reply && context->err != REDIS_ERR_OOM) {
    say("%s: error %d %s", what, context->err, context->errstr);
    exit(1);
  }
  failed(!reply, what);
  return reply;
}

static void large_value(redisContext *context) {
  enum { size = 1 << 20 };
  char *value = ztrymalloc(size);
  if (failed(!value, "a value")) return;
  for (size_t i = 0; i < size; i++) value[i] = (char)(i * 31);
  redisReply *reply = checked(
      context, redisCommand(context, "SET large %b", value, (size_t)size), "SET");
  freeReplyObject(reply);
  if (reply && (reply = checked(context, redisCommand(context, "GET large"), "GET"))) {
    say("large %d", reply->len == size && memcmp(reply->str, value, size) == 0);
    freeReplyObject(reply);
  }
  zfree(value);
}

static void pipeline(redisContext *context) {
  enum { count = 1000 };
  long long sum = 0;
  for (int i = 0; i < count; i++)
    if (failed(redisAppendCommand(context, "INCRBY counter %d", i) != REDIS_OK, "pipeline")) return;
  for (int i = 0; i < count; i++) {
    redisReply *reply = NULL;
    redisGetReply(context, (void **)&reply);
    if (!checked(context, reply, "a reply")) return;
    sum = reply->integer;
    freeReplyObject(reply);
  }
  say("pipeline %lld", sum);
}

static size_t elements(const redisReply *reply) {
  size_t sum = 1;
  for (size_t i = 0; i < reply->elements; i++) sum += elements(reply->element[i]);
  return sum;
}

// What the server says to some commands: the type and the size of each reply.
static void ask(redisContext *context) {
  static const char *const commands[] = {
      "RPUSH list a b c d e f g", "LRANGE list 0 -1", "HSET table one 1 two 2 three 3",
      "EVAL return{1,{2,{3,{'four'}}},'five'} 0", "HGETALL table", "LPOP table", "GET nothing",
      "HELLO 3", "HGETALL table", "GET nothing", "EVAL return{double=3.5} 0"};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    redisReply *reply = checked(context, redisCommand(context, commands[i]), commands[i]);
    if (!reply) return;
    // What HELLO says depends on the server.
    if (strcmp(commands[i], "HELLO 3") != 0)
      say("%s: type %d, %zu in all", commands[i], reply->type, elements(reply));
    freeReplyObject(reply);
  }
}

// By the path that hiredis has copied.
static void reconnect(redisContext *context) {
  if (redisReconnect(context) != REDIS_OK) {
    checked(context, NULL, "redisReconnect");
    return;
  }
  redisReply *reply = checked(context, redisCommand(context, "STRLEN large"), "STRLEN");
  if (reply) say("again %lld", reply->integer);
  freeReplyObject(reply);
}

// A reader of its own, fed byte by byte.
static void read_pieces(void) {
  static const char text[] = "*3\r\n$5\r\nhello\r\n*2\r\n:7\r\n+ok\r\n$-1\r\n";
  redisReader *reader = redisReaderCreate();
  if (failed(!reader, "redisReaderCreate")) return;
  redisReply *reply = NULL;
  for (size_t i = 0; i + 1 < sizeof text && !failed_at; i++) {
    int code = redisReaderFeed(reader, text + i, 1);
    if (code == REDIS_OK) code = redisReaderGetReply(reader, (void **)&reply);
    failed(code != REDIS_OK, "a piece");
  }
  if (reply) say("pieces %zu", elements(reply));
  freeReplyObject(reply);
  redisReaderFree(reader);
}

int main(void) {
  hiredisSetAllocators(&functions);
  unlink("redis.sock");
  pid_t server = start_server();
  wait_for(server);
  redisContext *context = redisConnectUnix("redis.sock");
  if (!failed(!context || context->err, "redisConnectUnix")) {
    large_value(context);
    if (!failed_at) pipeline(context);
    if (!failed_at) ask(context);
    if (!failed_at) reconnect(context);
    if (!failed_at) read_pieces();
  }
  redisFree(context);
  kill(server, SIGTERM);
  waitpid(server, NULL, 0);
  return finish(1 << 20);
}

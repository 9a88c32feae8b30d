// SQLite with SQLITE_CONFIG_MALLOC, whose xSize is zmalloc_usable_size: tables, indices, joins and
// transactions in memory and on disk, then a shutdown.
#include <sqlite3.h>
#include <unistd.h>

#include "user.h"

static void *take(int size) { return ztrymalloc((size_t)size); }
static void *resize(void *block, int size) { return ztryrealloc(block, (size_t)size); }
static int size_of(void *block) { return (int)zmalloc_usable_size(block); }
static int round_up(int size) { return (size + 7) & ~7; }
static int begin(void *unused) { return (void)unused, SQLITE_OK; }
static void end(void *unused) { (void)unused; }

static const sqlite3_mem_methods methods = {
    take, zfree, resize, size_of, round_up, begin, end, NULL,
};

static const char *const statements[] = {
    "PRAGMA cache_size = 50",
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, town INTEGER, note BLOB)",
    "CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT UNIQUE)",
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
    " INSERT INTO towns SELECT i, 'town' || i FROM n",
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    " INSERT INTO people"
    " SELECT i, 'name' || (i * 7919 % 3001), i % 50 + 1, zeroblob(i % 300) FROM n",
    "CREATE INDEX by_name ON people (name)",
    "CREATE VIEW pairs AS SELECT p.name AS person, t.name AS place FROM people p JOIN towns t"
    " ON t.id = p.town",
    "BEGIN",
    "UPDATE people SET name = name || name WHERE id % 3 = 0",
    "DELETE FROM people WHERE id % 5 = 0",
    "ROLLBACK",
    "UPDATE people SET note = zeroblob(20000) WHERE id % 500 = 0",
    "DELETE FROM people WHERE id % 10 = 0",
    "VACUUM",
};

static const char *const questions[] = {
    "SELECT count(*) FROM people",
    "SELECT count(DISTINCT name) FROM people WHERE name LIKE 'name1%'",
    "SELECT sum(length(note)) FROM people",
    "SELECT max(n) FROM (SELECT count(*) AS n FROM pairs GROUP BY place)",
    "SELECT length(group_concat(person, ',')) FROM (SELECT person FROM pairs ORDER BY person DESC)",
    "SELECT count(*) FROM people a JOIN people b ON b.name = a.name AND b.id >= a.id",
    "SELECT integrity_check = 'ok' FROM pragma_integrity_check",
};

// Runs one statement; `answer` gets its first number.
static int run(sqlite3 *base, const char *text, long long *answer) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(base, text, -1, &statement, NULL);
  if (code == SQLITE_OK) {
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
      if (answer) *answer = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  // Reading or writing may fail for want of memory as well.
  if (code != SQLITE_DONE && code != SQLITE_NOMEM && (code & 0xff) != SQLITE_IOERR) {
    say("error %d in %s", code, text);
    exit(1);
  }
  return failed(code != SQLITE_DONE, text) ? 0 : 1;
}

static void work(const char *path) {
  sqlite3 *base = NULL;
  if (!failed(sqlite3_open(path, &base) != SQLITE_OK, "sqlite3_open")) {
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
      if (!run(base, statements[i], NULL)) break;
    for (size_t i = 0; i < sizeof questions / sizeof *questions && !failed_at; i++) {
      long long answer = -1;
      if (run(base, questions[i], &answer)) say("%zu: %lld", i + 1, answer);
    }
  }
  sqlite3_close(base);
}

// Another connection reads what the first one wrote.
static void read_back(const char *path) {
  sqlite3 *base = NULL;
  long long answer = -1;
  if (!failed(sqlite3_open(path, &base) != SQLITE_OK, "sqlite3_open") &&
      run(base, questions[0], &answer))
    say("on disk: %lld", answer);
  sqlite3_close(base);
}

int main(void) {
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) return 1;
  unlink("work.db");
  if (!failed(sqlite3_initialize() != SQLITE_OK, "sqlite3_initialize")) {
    work(":memory:");
    if (!failed_at) work("work.db");
    if (!failed_at) read_back("work.db");
    say("sqlite's own count %lld", (long long)sqlite3_memory_used());
  }
  sqlite3_shutdown();
  return finish(200000);
}

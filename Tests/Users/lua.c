// Lua 5.4 on zrealloc and zfree: scripts that build and drop tables, strings, closures and
// coroutines, raise errors and collect.
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "user.h"

static void *allocate(void *unused, void *block, size_t before, size_t size) {
  (void)unused;
  (void)before;
  if (size == 0) {
    zfree(block);
    return NULL;
  }
  return zrealloc(block, size);
}

// Lua collects garbage and tries again when it gets NULL.
static void go_on(size_t size) { (void)size; }

static const char *const scripts[] = {
    // Strings and tables that come and go.
    "local kept = {}\n"
    "for i = 1, 20000 do\n"
    "  kept[i % 997] = { name = 'item' .. i, list = { i, i * 2, tostring(i):rep(3) } }\n"
    "end\n"
    "local sum = 0\n"
    "for _, item in pairs(kept) do sum = sum + #item.name + item.list[2] end\n"
    "return sum\n",
    // Coroutines, some of them left in the middle.
    "local total = 0\n"
    "for i = 1, 500 do\n"
    "  local co = coroutine.wrap(function(n)\n"
    "    local buffer = {}\n"
    "    for k = 1, n do buffer[#buffer + 1] = coroutine.yield(k) end\n"
    "  end)\n"
    "  for k = 1, 5 do total = total + co(10) end\n"
    "end\n"
    "return total\n",
    // Errors through many frames, with tables as their values.
    "local caught = 0\n"
    "local function deep(n)\n"
    "  if n == 0 then error({ code = 7, text = ('x'):rep(100) }) end\n"
    "  local guard <close> = setmetatable({}, { __close = function() caught = caught + 1 end })\n"
    "  deep(n - 1)\n"
    "end\n"
    "for i = 1, 50 do\n"
    "  local ok, e = pcall(deep, 20)\n"
    "  if not ok and e.code == 7 then caught = caught + 1000 end\n"
    "end\n"
    "return caught\n",
    // A long string by pieces, patterns, finalizers.
    "local pieces = {}\n"
    "local class = { __gc = function() gone = (gone or 0) + 1 end }\n"
    "for i = 1, 5000 do pieces[i] = setmetatable({ i }, class) end\n"
    "pieces = nil\n"
    "collectgarbage()\n"
    "local words = {}\n"
    "for i = 1, 3000 do words[i] = 'word' .. i end\n"
    "local text = table.concat(words, ' ')\n"
    "local count = select(2, text:gsub('%d+', function(d) return '<' .. d .. '>' end))\n"
    "return gone + count + #text\n",
};

// In protected mode: without memory, Lua raises an error.
static int work(lua_State *lua) {
  luaL_openlibs(lua);
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    // By turns in both modes of the collector.
    lua_gc(lua, i % 2 ? LUA_GCGEN : LUA_GCINC, 0, 0, 0);
    if (luaL_loadstring(lua, scripts[i]) != LUA_OK) return lua_error(lua);
    lua_call(lua, 0, 1);
    lua_Integer result = lua_tointeger(lua, -1);
    lua_pop(lua, 1);
    say("script %zu gives %lld", i + 1, (long long)result);
  }
  return 0;
}

int main(void) {
  zmalloc_set_oom_handler(go_on);
  lua_State *lua = lua_newstate(allocate, NULL);
  if (!failed(!lua, "lua_newstate")) {
    lua_pushcfunction(lua, work);
    int status = lua_pcall(lua, 0, 0, 0);
    if (status != LUA_OK && status != LUA_ERRMEM) say("error %s", lua_tostring(lua, -1));
    failed(status == LUA_ERRMEM, "a script");
    lua_close(lua);
    if (status != LUA_OK && status != LUA_ERRMEM) return 1;
  }
  return finish(300000);
}

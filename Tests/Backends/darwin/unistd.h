// Stands in for Darwin's header.
#define _SC_PAGESIZE 29

long sysconf(int name);

// The names are zmalloc.h's; nothing is declared here.

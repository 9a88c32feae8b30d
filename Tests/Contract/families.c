// The functions of zmalloc.h that allocate and that resize, brought to one shape each, so that a
// case is put to all of them.
#include "contract.h"

static void *told(void *block, size_t *usable) {
  *usable = zmalloc_usable_size(block);
  return block;
}

static void *by_zmalloc(size_t size, size_t *usable) { return told(zmalloc(size), usable); }
static void *by_zcalloc(size_t size, size_t *usable) { return told(zcalloc(size), usable); }
static void *by_ztrymalloc(size_t size, size_t *usable) { return told(ztrymalloc(size), usable); }
static void *by_ztrycalloc(size_t size, size_t *usable) { return told(ztrycalloc(size), usable); }

// One byte each: a size of 0 would be a failure.
static void *by_zcalloc_num(size_t size, size_t *usable) {
  return told(zcalloc_num(size, 1), usable);
}
static void *by_ztrycalloc_num(size_t size, size_t *usable) {
  return told(ztrycalloc_num(size, 1), usable);
}

static void *by_zrealloc(size_t size, size_t *usable) { return told(zrealloc(NULL, size), usable); }
static void *by_ztryrealloc(size_t size, size_t *usable) {
  return told(ztryrealloc(NULL, size), usable);
}
static void *by_zrealloc_usable(size_t size, size_t *usable) {
  return zrealloc_usable(NULL, size, usable);
}
static void *by_ztryrealloc_usable(size_t size, size_t *usable) {
  return ztryrealloc_usable(NULL, size, usable);
}

const struct family families[] = {
    {"zmalloc", by_zmalloc, 0},
    {"zcalloc", by_zcalloc, 1},
    {"zcalloc_num", by_zcalloc_num, 1},
    {"zmalloc_usable", zmalloc_usable, 0},
    {"zcalloc_usable", zcalloc_usable, 1},
    {"zrealloc", by_zrealloc, 0},
    {"zrealloc_usable", by_zrealloc_usable, 0},
    {"ztrymalloc", by_ztrymalloc, 0},
    {"ztrycalloc", by_ztrycalloc, 1},
    {"ztrycalloc_num", by_ztrycalloc_num, 1},
    {"ztrymalloc_usable", ztrymalloc_usable, 0},
    {"ztrycalloc_usable", ztrycalloc_usable, 1},
    {"ztryrealloc", by_ztryrealloc, 0},
    {"ztryrealloc_usable", by_ztryrealloc_usable, 0},
    {NULL, NULL, 0}};

static void *resize(void *pointer, size_t size, size_t *usable) {
  return told(zrealloc(pointer, size), usable);
}
static void *try_resize(void *pointer, size_t size, size_t *usable) {
  return told(ztryrealloc(pointer, size), usable);
}

const struct resizing resizings[] = {{"zrealloc", resize},
                                     {"zrealloc_usable", zrealloc_usable},
                                     {"ztryrealloc", try_resize},
                                     {"ztryrealloc_usable", ztryrealloc_usable},
                                     {NULL, NULL}};

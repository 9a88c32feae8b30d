// expat with XML_ParserCreate_MM: a document in small pieces, entities and namespaces, documents
// with mistakes, one parser for many documents.
#include <expat.h>

#include "user.h"

static const XML_Memory_Handling_Suite memory = {ztrymalloc, ztryrealloc, zfree};

struct found {
  size_t elements, attributes, text;
  size_t deepest, depth;
};

static void begin(void *data, const XML_Char *name, const XML_Char **attributes) {
  struct found *found = data;
  found->elements += strncmp(name, "urn:shop|", 9) == 0;
  while (*attributes) {
    found->attributes++;
    attributes += 2;
  }
  if (++found->depth > found->deepest) found->deepest = found->depth;
}
static void end(void *data, const XML_Char *name) {
  (void)name;
  ((struct found *)data)->depth--;
}
static void text(void *data, const XML_Char *bytes, int count) {
  (void)bytes;
  ((struct found *)data)->text += (size_t)count;
}

static const char head[] = "<?xml version='1.0'?>\n"
                           "<!DOCTYPE shop [<!ENTITY ware 'a thing of <![CDATA[<value>]]>'>]>\n"
                           "<shop xmlns='urn:shop' xmlns:x='urn:other'>";

static char *compose(int items) {
  size_t room = sizeof head + (size_t)items * 120 + 20;
  char *document = ztrymalloc(room);
  if (failed(!document, "the document")) return NULL;
  size_t at = (size_t)snprintf(document, room, "%s", head);
  for (int i = 0; i < items; i++)
    at += (size_t)snprintf(document + at, room - at,
                           "<item id='%d' x:kind='k%d'><name>&ware; %d</name><x:price/></item>", i,
                           i % 7, i);
  snprintf(document + at, room - at, "</shop>");
  return document;
}

static void listen(XML_Parser parser, struct found *found) {
  XML_SetUserData(parser, found);
  XML_SetElementHandler(parser, begin, end);
  XML_SetCharacterDataHandler(parser, text);
}

static enum XML_Error parse(XML_Parser parser, const char *document, size_t step) {
  size_t size = strlen(document);
  for (size_t at = 0; at < size; at += step) {
    size_t count = size - at < step ? size - at : step;
    if (XML_Parse(parser, document + at, (int)count, at + count == size) != XML_STATUS_OK)
      return XML_GetErrorCode(parser);
  }
  return XML_ERROR_NONE;
}

static void work(XML_Parser parser, const char *document) {
  static const size_t steps[] = {7, 1000, 1 << 20};
  for (size_t i = 0; i < 3; i++) {
    struct found found = {0};
    listen(parser, &found);
    enum XML_Error error = parse(parser, document, steps[i]);
    if (failed(error == XML_ERROR_NO_MEMORY, "a document")) return;
    say("error %d elements %zu attributes %zu text %zu deepest %zu", error, found.elements,
        found.attributes, found.text, found.deepest);
    if (failed(!XML_ParserReset(parser, NULL), "XML_ParserReset")) return;
  }
  static const char *const mistakes[] = {"<a><b></a>", "<a", "<a>&nobody;</a>", "",
                                         "<a b='1' b='2'/>"};
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    enum XML_Error error = *mistakes[i]
                               ? parse(parser, mistakes[i], 3)
                               : (XML_Parse(parser, "", 0, 1), XML_GetErrorCode(parser));
    if (failed(error == XML_ERROR_NO_MEMORY, "a mistake")) return;
    say("mistake %zu is error %d", i, error);
    if (failed(!XML_ParserReset(parser, NULL), "XML_ParserReset")) return;
  }
}

int main(void) {
  char *document = compose(2000);
  XML_Parser parser = document ? XML_ParserCreate_MM(NULL, &memory, "|") : NULL;
  if (!failed(!parser, "XML_ParserCreate_MM")) {
    work(parser, document);
    XML_ParserFree(parser);
  }
  zfree(document);
  return finish(200000);
}

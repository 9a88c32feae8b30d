// libxml2 with xmlMemSetup: a document is parsed, searched by XPath, changed, written out and
// parsed again; one with mistakes; a reader that streams.
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <libxml/xpath.h>

#include "user.h"

static void ignore(void *context, const char *message, ...) {
  (void)context;
  (void)message;
}

static char *compose(int items) {
  size_t room = (size_t)items * 100 + 100;
  char *document = ztrymalloc(room);
  if (failed(!document, "the document")) return NULL;
  size_t at = (size_t)snprintf(document, room, "<!DOCTYPE a [<!ENTITY e 'thing'>]><shop>");
  for (int i = 0; i < items; i++)
    at += (size_t)snprintf(document + at, room - at,
                           "<item id='%d'><name>a &e; &lt;%d&gt;</name><price>%d</price></item>", i,
                           i, i % 100);
  snprintf(document + at, room - at, "</shop>");
  return document;
}

static double ask(xmlDocPtr document, const char *path) {
  double number = -1;
  xmlXPathContextPtr context = xmlXPathNewContext(document);
  if (failed(!context, "xmlXPathNewContext")) return number;
  xmlXPathObjectPtr answer = xmlXPathEvalExpression((const xmlChar *)path, context);
  if (!failed(!answer, "xmlXPathEvalExpression")) number = answer->floatval;
  xmlXPathFreeObject(answer);
  xmlXPathFreeContext(context);
  return number;
}

static int count_names(const char *text, int size) {
  int names = 0;
  xmlTextReaderPtr reader = xmlReaderForMemory(text, size, "b.xml", NULL, XML_PARSE_NONET);
  if (failed(!reader, "xmlReaderForMemory")) return 0;
  int code;
  while ((code = xmlTextReaderRead(reader)) == 1)
    names += xmlTextReaderNodeType(reader) == 1 &&
             xmlStrEqual(xmlTextReaderConstName(reader), (const xmlChar *)"name");
  failed(code < 0, "xmlTextReaderRead");
  xmlFreeTextReader(reader);
  return names;
}

static void change_and_write(xmlDocPtr document) {
  xmlNodePtr root = xmlDocGetRootElement(document);
  for (int i = 0; i < 50; i++) {
    xmlNodePtr extra = xmlNewTextChild(root, NULL, (const xmlChar *)"item", (const xmlChar *)"<&>");
    if (failed(!extra, "xmlNewTextChild")) return;
    if (failed(!xmlNewProp(extra, (const xmlChar *)"id", (const xmlChar *)"x"), "xmlNewProp"))
      return;
  }
  xmlNodePtr first = xmlFirstElementChild(root);
  xmlUnlinkNode(first);
  xmlFreeNode(first);
  xmlChar *text = NULL;
  int size = 0;
  xmlDocDumpFormatMemory(document, &text, &size, 1);
  if (failed(!text, "xmlDocDumpFormatMemory")) return;
  int names = count_names((const char *)text, size);
  if (!failed_at) say("items %.0f names %d", ask(document, "count(//item)"), names);
  xmlFree(text);
}

static void work(const char *text) {
  int options = XML_PARSE_NOENT | XML_PARSE_NONET;
  xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), "a.xml", NULL, options);
  if (failed(!document, "xmlReadMemory")) return;
  double count = ask(document, "count(//item[price > 49])");
  double sum = ask(document, "sum(//item/price)");
  double length = ask(document, "string-length(string(//item[last()]/name))");
  if (!failed_at) say("count %.0f sum %.0f length %.0f", count, sum, length);
  if (!failed_at) change_and_write(document);
  xmlFreeDoc(document);
  if (failed_at) return;
  document = xmlReadMemory("<a><b></a>", 10, "c.xml", NULL, 0);
  say("mistake %s", document ? "read" : "refused");
  xmlFreeDoc(document);
}

int main(void) {
  // Before all else of the library.
  if (xmlMemSetup(zfree, ztrymalloc, ztryrealloc, ztrystrdup) != 0) return 1;
  xmlSetGenericErrorFunc(NULL, ignore);
  xmlSetStructuredErrorFunc(NULL, (xmlStructuredErrorFunc)(void *)ignore);
  char *text = compose(1000);
  if (text) {
    xmlInitParser();
    work(text);
  }
  zfree(text);
  xmlResetLastError();
  xmlCleanupParser();
  return finish(300000);
}

// Loses the root of a tree of seven blocks of 32 bytes.
#include "../scenario.h"

struct node {
  struct node *left, *right;
  long values[2];
};

static struct node *tree(int depth) {
  struct node *node = ALLOC(sizeof *node);
  node->left = depth ? tree(depth - 1) : NULL;
  node->right = depth ? tree(depth - 1) : NULL;
  return node;
}

static void drop(struct node *node) {
  if (!node) return;
  drop(node->left);
  drop(node->right);
  FREE(node);
}

static void work(void) {
  struct node *root = tree(2);
  if (!BAD) drop(root);
}

int main(void) { lose(work); }

/*
 * The split in C, to show what is possible: keys to codes by a hash table, a place for each row, and every
 * column to its places. Text of one width moves like numbers, and its columns share their offsets, as in this
 * package.
 *
 *   split FILE      reads columns from FILE; c-split.ts writes it
 *
 * It answers each line of its input with the milliseconds of one split: "fresh" in memory from the system,
 * "again" in the memory of the split before.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define MAX_COLUMNS 64
#define SLOTS (1 << 16)

/* A column: offsets and bytes if it is text, 64-bit values if it is not. */
typedef struct {
  int is_text;
  int64_t *values;
  int64_t *offsets;
  uint8_t *bytes;
} Column;

typedef struct {
  int32_t code;
  int64_t first_row;
} Group;

static int64_t rows, num_columns;
static Column columns[MAX_COLUMNS];
static const Column *key;

/* Memory of the split before, in the order it was asked for. */
static void *kept[2 * MAX_COLUMNS + 1];
static int taken, is_fresh;

static void *take(size_t size) {
  if (is_fresh || kept[taken] == NULL) kept[taken] = malloc(size);
  return kept[taken++];
}

static void give_back(void) {
  for (int i = 0; is_fresh && i < taken; i++) {
    free(kept[i]);
    kept[i] = NULL;
  }
  taken = 0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void *read_bytes(FILE *file, size_t size) {
  void *bytes = malloc(size + 8);
  if (fread(bytes, 1, size, file) != size) exit(2);
  return bytes;
}

static void read_columns(const char *path) {
  FILE *file = fopen(path, "rb");
  int64_t head[2];
  if (file == NULL || fread(head, 8, 2, file) != 2 || head[1] > MAX_COLUMNS) exit(2);
  rows = head[0];
  num_columns = head[1];
  for (int64_t k = 0; k < num_columns; k++) {
    Column *column = &columns[k];
    int64_t text_bytes;
    if (fread(&text_bytes, 8, 1, file) != 1) exit(2);
    column->is_text = text_bytes >= 0;
    if (!column->is_text) {
      column->values = read_bytes(file, rows * 8);
      continue;
    }
    column->offsets = read_bytes(file, (rows + 1) * 8);
    column->bytes = read_bytes(file, text_bytes);
    if (key == NULL) key = column;
  }
  fclose(file);
}

static int64_t length_of(int64_t row) { return key->offsets[row + 1] - key->offsets[row]; }
static const uint8_t *text_of(int64_t row) { return key->bytes + key->offsets[row]; }

static int compare_groups(const void *a, const void *b) {
  int64_t x = ((const Group *)a)->first_row, y = ((const Group *)b)->first_row;
  int64_t m = length_of(x), n = length_of(y);
  int order = memcmp(text_of(x), text_of(y), m < n ? m : n);
  return order != 0 ? order : (m > n) - (m < n);
}

/* Numbers the keys; returns how many there are. */
static int number_keys(int32_t *codes, int32_t *slots, Group *groups, int64_t *sizes) {
  int count = 0;
  memset(slots, 0xff, SLOTS * sizeof *slots);
  for (int64_t row = 0; row < rows; row++) {
    const uint8_t *text = text_of(row);
    int64_t length = length_of(row);
    uint32_t hash = length;
    for (int64_t i = 0; i < length; i++) hash = (hash ^ text[i]) * 0x01000193u;
    hash ^= hash >> 15;
    uint32_t slot = hash & (SLOTS - 1);
    int code;
    while ((code = slots[slot]) >= 0) {
      int64_t other = groups[code].first_row;
      if (length_of(other) == length && memcmp(text_of(other), text, length) == 0) break;
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (code < 0) {
      if (count == SLOTS / 2) exit(3);
      code = slots[slot] = count++;
      groups[code] = (Group){code, row};
      sizes[code] = 0;
    }
    sizes[code]++;
    codes[row] = code;
  }
  return count;
}

/* Returns the bytes of all texts if they have one width, and 0 otherwise. */
static int64_t one_width(const Column *column) {
  int64_t width = column->offsets[1] - column->offsets[0];
  for (int64_t row = 1; row <= rows; row++)
    if (column->offsets[row] != column->offsets[0] + row * width) return 0;
  return width;
}

static void move_column(const Column *column, const int32_t *places, int64_t **shared_offsets) {
  if (!column->is_text) {
    int64_t *out = take(rows * 8);
    for (int64_t row = 0; row < rows; row++) out[places[row]] = column->values[row];
    return;
  }
  if (one_width(column) == 3) {
    if (*shared_offsets == NULL) {
      *shared_offsets = take((rows + 1) * 8);
      for (int64_t row = 0; row <= rows; row++) (*shared_offsets)[row] = row * 3;
    }
    uint8_t *out = take(rows * 3);
    const uint8_t *text = column->bytes + column->offsets[0];
    for (int64_t row = 0; row < rows; row++) memcpy(out + (int64_t)places[row] * 3, text + row * 3, 3);
    return;
  }
  int64_t *offsets = take((rows + 1) * 8);
  offsets[0] = 0;
  for (int64_t row = 0; row < rows; row++) offsets[places[row] + 1] = column->offsets[row + 1] - column->offsets[row];
  for (int64_t row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  uint8_t *out = take(offsets[rows]);
  for (int64_t row = 0; row < rows; row++)
    memcpy(out + offsets[places[row]], column->bytes + column->offsets[row], column->offsets[row + 1] - column->offsets[row]);
}

static double split(void) {
  static int32_t slots[SLOTS], next[SLOTS];
  static Group groups[SLOTS];
  static int64_t sizes[SLOTS];
  double begin = now();
  int32_t *places = take(rows * 4);
  int count = number_keys(places, slots, groups, sizes);
  qsort(groups, count, sizeof *groups, compare_groups);
  int32_t place = 0;
  for (int g = 0; g < count; g++) {
    next[groups[g].code] = place;
    place += sizes[groups[g].code];
  }
  for (int64_t row = 0; row < rows; row++) places[row] = next[places[row]]++;
  int64_t *shared_offsets = NULL;
  for (int64_t k = 0; k < num_columns; k++) move_column(&columns[k], places, &shared_offsets);
  give_back();
  return now() - begin;
}

int main(int argc, char **argv) {
  char line[16];
  if (argc != 2) return 1;
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
  read_columns(argv[1]);
  if (key == NULL) return 2;
  while (fgets(line, sizeof line, stdin) != NULL) {
    is_fresh = line[0] == 'f';
    printf("%.3f\n", split());
    fflush(stdout);
  }
  return 0;
}

// What writes into the log that is measured, and the two readers that are its floor.
//   writer lines BYTES          as many bytes in lines of 100, as fast as they are taken; then "ns N" on stderr: how long that took
//   writer stamps COUNT MICROS  a line with the time (CLOCK_REALTIME, nanoseconds) every so often
//   writer discard              reads stdin and does nothing with it
//   writer append FILE          reads stdin and appends it to a file
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { line_bytes = 100, block_bytes = 600 * line_bytes };
static char block[64 * 1024];

static long long now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void write_all(int fd, const char *bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = write(fd, bytes, count);
    if (written <= 0) exit(1);
    bytes += written;
    count -= (size_t)written;
  }
}

static int lines(long long bytes) {
  memset(block, 'x', sizeof block);
  for (int at = line_bytes - 1; at < block_bytes; at += line_bytes) block[at] = '\n';
  const long long start = now(CLOCK_MONOTONIC);
  for (long long left = bytes; left > 0; left -= block_bytes) write_all(STDOUT_FILENO, block, block_bytes);
  fprintf(stderr, "ns %lld\n", now(CLOCK_MONOTONIC) - start);
  return 0;
}

static int stamps(int count, useconds_t micros) {
  for (int at = 0; at < count; ++at) {
    const int length = snprintf(block, sizeof block, "%lld\n", now(CLOCK_REALTIME));
    write_all(STDOUT_FILENO, block, (size_t)length);
    usleep(micros);
  }
  return 0;
}

static int drain(const char *path) {
  const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, block, sizeof block);
    if (got <= 0) return got < 0;
    if (fd >= 0) write_all(fd, block, (size_t)got);
  }
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "lines") == 0) return lines(atoll(argv[2]));
  if (argc == 4 && strcmp(argv[1], "stamps") == 0) return stamps(atoi(argv[2]), (useconds_t)atoi(argv[3]));
  if (argc == 2 && strcmp(argv[1], "discard") == 0) return drain(NULL);
  if (argc == 3 && strcmp(argv[1], "append") == 0) return drain(argv[2]);
  return 2;
}

// Asks for one path over and over, on several connections at a time: a client that costs little beside the server it asks.
//   asker unix:SOCKET|ADDRESS:PORT PATH MILLISECONDS CONNECTIONS [HEADER]    prints answers a second
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { most = 64, room = 1 << 20 };

struct connection {
  char head[16384];
  size_t length;  // of the head so far
  long left;      // bytes of the body to come; -1: in chunks; -2: the head is not complete
  char tail[5];   // the newest bytes of a body in chunks
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int dial(const char *target) {
  if (strncmp(target, "unix:", 5) == 0) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, target + 5, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die(target);
    return fd;
  }
  char host[64] = {0};
  const char *colon = strrchr(target, ':');
  if (!colon || (size_t)(colon - target) >= sizeof host) die(target);
  memcpy(host, target, (size_t)(colon - target));
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1) die(host);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die(target);
  return fd;
}

static void take_body(struct connection *one, const char *bytes, size_t count) {
  if (one->left >= 0) {
    one->left -= (long)count;
    return;
  }
  const size_t kept = count < sizeof one->tail ? sizeof one->tail - count : 0;
  memmove(one->tail, one->tail + sizeof one->tail - kept, kept);
  const size_t taken = sizeof one->tail - kept;
  memcpy(one->tail + kept, bytes + count - taken, taken);
  if (memcmp(one->tail, "0\r\n\r\n", 5) == 0) one->left = 0;
}

// True when the answer is complete.
static int take(struct connection *one, const char *bytes, size_t count) {
  if (one->left != -2) {
    take_body(one, bytes, count);
    return one->left == 0;
  }
  const size_t before = one->length;
  const size_t part = count < sizeof one->head - 1 - before ? count : sizeof one->head - 1 - before;
  memcpy(one->head + before, bytes, part);
  one->length += part;
  one->head[one->length] = 0;
  const char *end = strstr(one->head, "\r\n\r\n");
  if (!end) return 0;
  if (strncmp(one->head, "HTTP/1.1 200", 12) != 0) {
    fprintf(stderr, "%.200s\n", one->head);
    exit(1);
  }
  const char *length = strcasestr(one->head, "\r\ncontent-length:");
  one->left = length && length < end ? atol(length + 17) : -1;
  const size_t head = (size_t)(end + 4 - one->head) - before;
  if (count > head) take_body(one, bytes + head, count - head);
  return one->left == 0;
}

static void ask(int fd, struct connection *one, const char *request) {
  one->length = 0;
  one->left = -2;
  memset(one->tail, 0, sizeof one->tail);
  if (write(fd, request, strlen(request)) != (ssize_t)strlen(request)) die("write");
}

int main(int count, char **words) {
  if (count < 5) return 2;
  static struct connection all[most];
  static char buffer[room];
  struct pollfd polls[most];
  const int connections = atoi(words[4]) < most ? atoi(words[4]) : most;
  char request[2048];
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", words[2], count > 5 ? words[5] : "", count > 5 ? "\r\n" : "");
  for (int at = 0; at < connections; ++at) {
    polls[at] = (struct pollfd){.fd = dial(words[1]), .events = POLLIN};
    ask(polls[at].fd, &all[at], request);
  }
  long answers = 0;
  const double begin = now_ms();
  const double end = begin + atof(words[3]);
  while (now_ms() < end) {
    if (poll(polls, (nfds_t)connections, 1000) < 0) die("poll");
    for (int at = 0; at < connections; ++at) {
      if (!polls[at].revents) continue;
      const ssize_t got = read(polls[at].fd, buffer, sizeof buffer);
      if (got <= 0) die("the server has closed the connection");
      if (!take(&all[at], buffer, (size_t)got)) continue;
      ++answers;
      ask(polls[at].fd, &all[at], request);
    }
  }
  printf("%.1f\n", (double)answers * 1e3 / (now_ms() - begin));
  return 0;
}

#include "../check.h"
#include "cgroup/stats.h"

using namespace keelson::cgroup;

TEST("a value is found by its whole key") {
  const char* text = "cache 1\ntotal_inactive_file 7\ninactive_file 5\n";
  CHECK(value_of(text, "inactive_file") == 5);
  CHECK(value_of(text, "total_inactive_file") == 7);
  CHECK(value_of(text, "file") == 0);
  CHECK(value_of("oom 3\noom_kill 2", "oom_kill") == 2);
}

TEST("v1 bytes are summed over devices without the total") {
  Stats stats;
  add_block("8:0 Read 100\n8:0 Write 20\n8:0 Sync 120\n8:16 Read 1\n8:16 Write 2\nTotal 123\n", stats);
  CHECK(stats.block_read == 101);
  CHECK(stats.block_written == 22);
}

TEST("v2 bytes are summed over devices, those without counters included") {
  Stats stats;
  add_block("8:0 rbytes=100 wbytes=20 rios=3 wios=4 dbytes=9 dios=1\n8:16 \n253:0 rbytes=1 wbytes=2 rios=0 wios=0\n", stats);
  CHECK(stats.block_read == 101);
  CHECK(stats.block_written == 22);
}

TEST("pressure is the total of its line in nanoseconds, and unknown where there is none") {
  const char* text = "some avg10=1.00 avg60=0.50 avg300=0.10 total=1234\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
  CHECK(pressure_of(text, "some") == 1'234'000);
  CHECK(pressure_of(text, "full") == 7'000);
  CHECK(pressure_of("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", "full") == Stats::unknown);
  CHECK(pressure_of("", "some") == Stats::unknown);
}

TEST("network bytes are those of every interface but the loopback") {
  Stats stats;
  add_network(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
      "    lo:     500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0\n"
      "  eth0:    1000      10    0    0    0     0          0         0      200       2    0    0    0     0       0          0\n"
      "eth1:1       1    0    0    0     0          0         0      2       1    0    0    0     0       0          0\n",
      stats);
  CHECK(stats.network_received == 1001);
  CHECK(stats.network_sent == 202);
}

TEST("cut and empty files give zeros") {
  Stats stats;
  add_block("8:0 rbytes=", stats);
  add_network("", stats);
  add_network("a\nb\neth0: 5 1", stats);
  CHECK(stats.block_read == 0);
  CHECK(stats.network_received == 5);
  CHECK(stats.network_sent == 0);
}

int main() { return check::main(); }

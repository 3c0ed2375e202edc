#include "oom_victim.h"

#include <string>

#include "../check.h"

using keelson::supervisor::OomScene;
using keelson::supervisor::parse_oom_record;

namespace {

const std::string kGroup = "/keelson.slice/t/0a1b";
const OomScene kScene{kGroup, 77};

std::string summary(const std::string& path, const std::string& command, const std::string& head = "6,1,2500000,-;") {
  return head + "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=" + path + ",task_memcg=" + path + ",task=" + command +
         ",pid=4711,uid=1879048192\n";
}

}  // namespace

TEST("a summary of the group tells command, pid and time") {
  const auto victim = parse_oom_record(summary(kGroup, "python3"), kScene);
  CHECK(victim && victim->pid == 4711 && victim->command == "python3" && victim->time == 2500000);
}

TEST("a group is known by the end of its path, wherever the hierarchy of the kernel's log begins") {
  CHECK(parse_oom_record(summary("/system.slice/box" + kGroup, "x"), kScene));
}

TEST("another group's victim is not ours, also when its command pretends to be") {
  CHECK(!parse_oom_record(summary("/keelson.slice/t/ffff", "x"), kScene));
  CHECK(!parse_oom_record(summary("/keelson.slice/t/ffff", "a,task_memcg=" + kGroup), kScene));
  CHECK(!parse_oom_record(summary("/keelson.slice/t/ffff", "a,task=b,pid=1"), kScene));
}

TEST("a command may hold any words") {
  const auto victim = parse_oom_record(summary(kGroup, "a,task=b,pid=1"), kScene);
  CHECK(victim && victim->pid == 4711 && victim->command == "a,task=b,pid=1");
}

TEST("what user space writes into the log does not count") {
  CHECK(!parse_oom_record(summary(kGroup, "x", "12,1,2500000,-;"), kScene));
}

TEST("a kill without a summary counts for the first process only") {
  const std::string head = "3,1,99,-;Memory cgroup out of memory: Killed process ";
  const auto victim = parse_oom_record(head + "77 (a) b) total-vm:1kB, anon-rss:2kB\n", kScene);
  CHECK(victim && victim->pid == 77 && victim->command == "a) b");
  CHECK(!parse_oom_record(head + "78 (a) total-vm:1kB\n", kScene));
}

TEST("torn and foreign records are passed over") {
  for (const char* record : {"", ";", "6,1,2;oom-kill:", "6,1;x", "x,1,2,-;oom-kill:,task_memcg=,task=,pid=", "6,1,2,-;eth0: link up"}) CHECK(!parse_oom_record(record, kScene));
}

// The kernel's share of starting a container: the system calls that no engine can do without, and nothing else. No JSON, no log, no record, no server.
//   floor LAYER WORK end      milliseconds from the first call to the end of /bin/true seen
//   floor LAYER WORK echo     milliseconds from the first call to the first byte of /bin/echo
// LAYER is a directory with both; WORK an empty one on the filesystem where containers would live. cgroup v1 and v2.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace {

constexpr unsigned kHostId = 0x70000000;
constexpr int kFilterLength = 300;

[[noreturn]] void die(const char* what) {
  perror(what);
  _exit(1);
}
void must(bool done, const char* what) {
  if (!done) die(what);
}
void write_file(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  must(fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), path.c_str());
  close(fd);
}
double now_ms() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

bool unified() { return access("/sys/fs/cgroup/cgroup.subtree_control", F_OK) == 0; }

std::vector<std::string> groups(const std::string& name) {
  if (unified()) return {"/sys/fs/cgroup/" + name};
  std::vector<std::string> all;
  for (const char* controller : {"memory", "cpu", "cpuset", "pids", "devices", "freezer", "cpuacct"}) {
    const std::string mount = std::string("/sys/fs/cgroup/") + controller;
    if (access(mount.c_str(), F_OK) == 0) all.push_back(mount + "/" + name);
  }
  return all;
}

void make_groups(const std::vector<std::string>& all) {
  for (const std::string& group : all) {
    must(mkdir(group.c_str(), 0755) == 0, group.c_str());
    if (group.find("/memory/") != std::string::npos) write_file(group + "/memory.limit_in_bytes", "67108864");
    if (group.find("/pids/") != std::string::npos) write_file(group + "/pids.max", "1024");
    if (group.find("/cpuset/") == std::string::npos) continue;
    for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
      char value[4096] = {};
      const int fd = open((group.substr(0, group.rfind('/')) + file).c_str(), O_RDONLY);
      must(fd >= 0 && read(fd, value, sizeof value - 1) > 0, file);
      close(fd);
      write_file(group + file, value);
    }
  }
  if (!unified()) return;
  write_file(all.front() + "/memory.max", "67108864");
  write_file(all.front() + "/pids.max", "1024");
}

// As long as a real profile; every call is allowed.
void load_filter() {
  std::vector<sock_filter> filter(kFilterLength, sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0});
  filter.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
  must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "seccomp");
}

[[noreturn]] void child(const std::string& root, const std::vector<int>& tasks, int mapped, const char* program) {
  for (const int task : tasks) must(write(task, "0", 1) == 1, "join the group");
  char byte;
  must(read(mapped, &byte, 1) == 1, "wait for the id maps");
  must(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0, "become root inside");
  must(unshare(CLONE_NEWCGROUP) == 0, "cgroup namespace");
  must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
  must(mount(root.c_str(), root.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0, "bind the root");
  must(chdir(root.c_str()) == 0, "enter the root");
  must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0, "proc");
  must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755") == 0, "dev");
  must(mkdir("dev/pts", 0755) == 0 && mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666") == 0, "devpts");
  must(mount("sysfs", "sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, nullptr) == 0, "sys");
  for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
    const std::string inside = std::string("dev/") + name;
    close(open(inside.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    must(mount(("/" + inside).c_str(), inside.c_str(), nullptr, MS_BIND, nullptr) == 0, name);
  }
  must(syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0, "pivot_root");
  must(sethostname("floor", 5) == 0, "hostname");
  load_filter();
  execl((std::string("/bin/") + program).c_str(), program, "first", nullptr);
  die(program);
}

double run_once(const std::string& layer, const std::string& base, bool echo) {
  const std::string name = "keelson-floor-" + std::to_string(getpid());
  for (const char* part : {"/upper", "/work", "/root"}) must(mkdir((base + part).c_str(), 0755) == 0, "mkdir");
  must(chown((base + "/upper").c_str(), kHostId, kHostId) == 0, "chown");

  const double begin = now_ms();
  const std::vector<std::string> all = groups(name);
  make_groups(all);
  const std::string options = "lowerdir=" + layer + ",upperdir=" + base + "/upper,workdir=" + base + "/work";
  const std::string root = base + "/root";
  must(mount("overlay", root.c_str(), "overlay", 0, options.c_str()) == 0, "overlay");
  std::vector<int> tasks;
  clone_args args{};
  args.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  args.exit_signal = SIGCHLD;
  if (unified()) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<unsigned long long>(open(all.front().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  } else {
    for (const std::string& group : all) tasks.push_back(open((group + "/tasks").c_str(), O_WRONLY | O_CLOEXEC));
  }
  int ready[2];
  int output[2];
  must(pipe2(ready, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0, "pipe");
  const pid_t pid = static_cast<pid_t>(syscall(SYS_clone3, &args, sizeof args));
  must(pid >= 0, "clone3");
  if (pid == 0) {
    if (echo) must(dup2(output[1], STDOUT_FILENO) == STDOUT_FILENO, "stdout");
    child(root, tasks, ready[0], echo ? "echo" : "true");
  }
  const std::string map = "0 " + std::to_string(kHostId) + " 65536\n";
  write_file("/proc/" + std::to_string(pid) + "/uid_map", map);
  write_file("/proc/" + std::to_string(pid) + "/gid_map", map);
  must(write(ready[1], "g", 1) == 1, "let the child go on");
  char byte;
  if (echo) must(read(output[0], &byte, 1) == 1, "the first byte");
  const double first = now_ms();
  int status = 0;
  must(waitpid(pid, &status, 0) == pid && status == 0, "the end of the program");
  const double end = echo ? first : now_ms();

  umount2(root.c_str(), MNT_DETACH);
  for (const std::string& group : all)
    for (int tries = 0; rmdir(group.c_str()) != 0 && tries < 1000; ++tries) usleep(1000);
  return end - begin;
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    fprintf(stderr, "usage: floor LAYER WORK end|echo\n");
    return 2;
  }
  // Our own mount namespace: nothing of this is ever seen by the host.
  must(unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount namespace");
  printf("%.3f\n", run_once(words[1], words[2], strcmp(words[3], "echo") == 0));
}

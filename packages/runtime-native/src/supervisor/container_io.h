// What the container writes goes to its log and to whoever is attached; what they type goes to the container. It never waits for any of them.
#pragma once

#include <memory>
#include <vector>

#include "client.h"
#include "input_pipe.h"
#include "log_writer.h"
#include "output_pipe.h"
#include "process_io.h"

namespace keelson::supervisor {

class ContainerIo {
 public:
  ContainerIo(Loop& loop, LogWriter log) : loop_(loop), log_(std::move(log)), in_(loop), out_(loop), err_(loop) {}

  // Takes over our ends of the streams; `console` instead of them where the container has a terminal.
  sys::Result<void> begin(Pipes pipes, sys::UniqueFd console, bool stdin_open);

  // The client gets the output from now on, and its frames become input.
  void attach(const std::shared_ptr<Client>& client, bool with_stdin);
  sys::Result<void> resize(uint16_t rows, uint16_t cols);
  sys::Result<void> clear_log() { return log_.clear(); }

  // After the end of the container: the rest of its output, then no more.
  void finish();
  const std::vector<std::weak_ptr<Client>>& attached() const { return attached_; }

 private:
  void take_output(LogStream stream, std::string_view bytes);
  void take_input(const std::shared_ptr<Client>& client, const Frame& frame);
  void hold_writers(bool held);

  Loop& loop_;
  LogWriter log_;
  bool log_failed_ = false;
  InputPipe in_;
  OutputPipe out_;
  OutputPipe err_;
  sys::UniqueFd console_;
  std::vector<std::weak_ptr<Client>> attached_;
};

}  // namespace keelson::supervisor

// Failpoints: which call fails, and how. Every call of a function in wrapped.inc is one, in every process of the program; its name is
// PROCESS/FUNCTION#N, the Nth call of that function in that process: "child2/mount#3". What is compiled stays what is shipped: the linker
// (ld(1), --wrap) puts wraps.cc between it and libc, so the shipped programs have none of this.
#pragma once

namespace keelson::faults {

// Whether this call is to fail instead of being made; errno is set then. May not return: "kill9" is an action too.
// From the environment, once, before main:
//   KEELSON_FAULT=POINT=ACTION   enospc, eio, enomem, emfile, eperm, kill9 or sleep:MS; "POINT+" means this call and every later one of its kind
//   KEELSON_FAULT_TRACE=FILE     each call that was reached, in records of faults.cc; readable while and after the program runs
bool strikes(const char* function, const void* caller);

// In a child after its clone: its calls are counted apart, under "child" and the parent's number for it.
void begin_child(int number);
int next_child();

}  // namespace keelson::faults

// The message of the last exception on each thread.
#include "abi.h"

namespace {
thread_local std::string last_error_message;
}

void shim::set_last_error(const char* message) noexcept {
  try {
    last_error_message = message;
  } catch (...) {
    last_error_message.clear();
  }
}

EXPORT const char* shim_last_error() { return last_error_message.c_str(); }

// What every exported function shares: the argument layout, tensor handles and the error guard.
//
// Every function returns 0, or -1 after an exception, whose message last_error() then returns on the same thread.
// A tensor handle is a TensorImpl with one reference that belongs to the handle's owner.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <cstdint>
#include <exception>
#include <string>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace shim {

using Handle = c10::TensorImpl*;

enum class Kind : int32_t {
  None = 0,
  Tensor = 1,
  Int = 2,
  Double = 3,
  Bool = 4,
  IntList = 5,
  DoubleList = 6,
  TensorList = 7,  // a null element is "no tensor" where the operator takes optional tensors
  Device = 8,      // count: device index, integer: device type
  String = 9,      // count: length in bytes
  Generator = 10,
  Complex = 11,    // pointer to two doubles
};

// One argument or result of an operator. Lists point at the caller's memory; result lists are freed by free_list().
struct Value {
  Kind kind;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};

void set_last_error(const char* message) noexcept;

template <class Function>
int32_t guarded(Function&& function) noexcept {
  try {
    function();
    return 0;
  } catch (const c10::Error& error) {
    set_last_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_last_error(error.what());
  } catch (...) {
    set_last_error("unknown native exception");
  }
  return -1;
}

using TensorPointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

// Another reference to the handle's tensor.
inline at::Tensor borrow(Handle handle) {
  TORCH_CHECK(handle != nullptr, "null tensor handle");
  return at::Tensor(TensorPointer::reclaim_copy(handle));
}

inline at::Tensor borrow_or_undefined(Handle handle) { return handle ? borrow(handle) : at::Tensor(); }

// A new handle; null for an undefined tensor.
inline Handle own(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

}  // namespace shim

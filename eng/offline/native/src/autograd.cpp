// Gradients: modes, leaves and the backward pass.
#include "abi.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

using namespace shim;

namespace {

std::vector<at::Tensor> borrow_all(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; i++) tensors.push_back(borrow_or_undefined(handles[i]));
  return tensors;
}

}  // namespace

EXPORT int32_t shim_grad_mode() { return c10::GradMode::is_enabled(); }
EXPORT void shim_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

EXPORT int32_t shim_inference_mode() { return c10::InferenceMode::is_enabled(); }

EXPORT int32_t shim_inference_mode_enter(int32_t enabled, void** guard) {
  return guarded([&] { *guard = new c10::InferenceMode(enabled != 0); });
}

EXPORT void shim_inference_mode_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

EXPORT int32_t shim_tensor_set_requires_grad(Handle handle, int32_t requires_grad) {
  return guarded([&] { borrow(handle).set_requires_grad(requires_grad != 0); });
}

EXPORT int32_t shim_tensor_retain_grad(Handle handle) {
  return guarded([&] { borrow(handle).retain_grad(); });
}

EXPORT int32_t shim_tensor_grad(Handle handle, Handle* result) {
  return guarded([&] { *result = own(borrow(handle).grad()); });
}

EXPORT int32_t shim_tensor_set_grad(Handle handle, Handle gradient) {
  return guarded([&] { borrow(handle).mutable_grad() = borrow_or_undefined(gradient); });
}

EXPORT int32_t shim_backward(const Handle* tensors, int32_t count, const Handle* gradients, int32_t gradient_count,
                             int32_t retain_graph, int32_t create_graph, const Handle* inputs, int32_t input_count) {
  return guarded([&] {
    torch::autograd::backward(borrow_all(tensors, count), borrow_all(gradients, gradient_count), retain_graph != 0,
                              create_graph != 0, borrow_all(inputs, input_count));
  });
}

// One result for each input; null where an input had no part and that is allowed.
EXPORT int32_t shim_grad(const Handle* outputs, int32_t output_count, const Handle* inputs, int32_t input_count,
                         const Handle* gradients, int32_t gradient_count, int32_t retain_graph, int32_t create_graph,
                         int32_t allow_unused, Handle* results) {
  return guarded([&] {
    auto found = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count),
                                       borrow_all(gradients, gradient_count), retain_graph != 0, create_graph != 0,
                                       allow_unused != 0);
    for (int32_t i = 0; i < input_count; i++) results[i] = own(std::move(found[i]));
  });
}

// Version, threads, devices and global switches.
#include "abi.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/api/include/torch/version.h>

using namespace shim;

namespace {

int32_t cuda_devices() {
  return c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA)
             ? c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount()
             : 0;
}

// A getter's value, or 0 where it throws.
template <class Function>
int32_t value_of(Function&& function) noexcept {
  int32_t value = 0;
  guarded([&] { value = function(); });
  return value;
}

}  // namespace

EXPORT const char* shim_version() { return TORCH_VERSION; }

EXPORT int32_t shim_num_threads() { return at::get_num_threads(); }
EXPORT int32_t shim_num_interop_threads() { return at::get_num_interop_threads(); }

EXPORT int32_t shim_set_num_threads(int32_t count) {
  return guarded([&] { at::set_num_threads(count); });
}

EXPORT int32_t shim_set_num_interop_threads(int32_t count) {
  return guarded([&] { at::set_num_interop_threads(count); });
}

EXPORT int32_t shim_cuda_device_count() { return value_of(cuda_devices); }

EXPORT int32_t shim_cudnn_available() {
  return value_of([] { return cuda_devices() > 0 && at::globalContext().hasCuDNN(); });
}

EXPORT int32_t shim_cuda_synchronize(int32_t device_index) {
  return guarded([&] {
    TORCH_CHECK(cuda_devices() > 0, "CUDA is not available");
    const auto current = c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->getDevice().index();
    at::detail::getCUDAHooks().deviceSynchronize(device_index < 0 ? current : device_index);
  });
}

EXPORT int32_t shim_matmul_tf32() {
  return value_of([] { return at::globalContext().allowTF32CuBLAS(); });
}

EXPORT int32_t shim_cudnn_tf32() {
  return value_of([] { return at::globalContext().allowTF32CuDNN(); });
}

EXPORT int32_t shim_set_matmul_tf32(int32_t allowed) {
  return guarded([&] { at::globalContext().setAllowTF32CuBLAS(allowed != 0); });
}

EXPORT int32_t shim_set_cudnn_tf32(int32_t allowed) {
  return guarded([&] { at::globalContext().setAllowTF32CuDNN(allowed != 0); });
}

// Random number generators.
#include "abi.h"

#include <ATen/Context.h>
#include <ATen/core/Generator.h>

#include <mutex>

using namespace shim;

namespace {

const at::Generator& default_generator(int32_t device_type, int32_t device_index) {
  return at::globalContext().defaultGenerator(
      c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
}

void seed(at::Generator generator, uint64_t value) {
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(value);
}

}  // namespace

EXPORT int32_t shim_generator_new(uint64_t value, int32_t device_type, int32_t device_index, void** result) {
  return guarded([&] {
    // A clone of the device's default generator: the one way that needs no CUDA header.
    auto generator = default_generator(device_type, device_index).clone();
    seed(generator, value);
    *result = new at::Generator(std::move(generator));
  });
}

EXPORT int32_t shim_generator_default(int32_t device_type, int32_t device_index, void** result) {
  return guarded([&] { *result = new at::Generator(default_generator(device_type, device_index)); });
}

EXPORT void shim_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

EXPORT int32_t shim_generator_seed(void* generator, uint64_t value) {
  return guarded([&] { seed(*static_cast<at::Generator*>(generator), value); });
}

EXPORT int32_t shim_generator_reseed(void* generator, uint64_t* result) {
  return guarded([&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    *result = target.seed();
  });
}

EXPORT int32_t shim_generator_initial_seed(void* generator, uint64_t* result) {
  return guarded([&] { *result = static_cast<at::Generator*>(generator)->current_seed(); });
}

EXPORT int32_t shim_generator_device(void* generator, int32_t* type, int32_t* index) {
  return guarded([&] {
    const auto device = static_cast<at::Generator*>(generator)->device();
    *type = static_cast<int32_t>(device.type());
    *index = device.index();
  });
}

EXPORT int32_t shim_generator_state(void* generator, Handle* result) {
  return guarded([&] {
    auto& source = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(source.mutex());
    *result = own(source.get_state());
  });
}

EXPORT int32_t shim_generator_set_state(void* generator, Handle state) {
  return guarded([&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    target.set_state(borrow(state));
  });
}

// Seeds the default generators of all devices.
EXPORT int32_t shim_manual_seed(uint64_t value) {
  return guarded([&] { at::manual_seed(value); });
}

EXPORT int32_t shim_cuda_manual_seed(uint64_t value, int32_t device_index) {
  return guarded([&] { seed(default_generator(static_cast<int32_t>(c10::DeviceType::CUDA), device_index), value); });
}

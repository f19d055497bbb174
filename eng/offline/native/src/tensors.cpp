// Tensor handles and what can be read from a tensor without an operator.
#include "abi.h"

using namespace shim;

namespace {

enum Flags : int32_t { RequiresGrad = 1, Leaf = 2, Contiguous = 4, Sparse = 8, Conjugate = 16, Negative = 32 };

// Sizes and strides point into the tensor and last until it is resized or freed.
struct Info {
  const int64_t* sizes;
  const int64_t* strides;
  int64_t elements;
  int64_t storage_offset;
  int32_t dimensions;
  int32_t dtype;
  int32_t element_size;
  int32_t device_type;
  int32_t device_index;
  int32_t flags;
};

int32_t flags(const at::Tensor& tensor) {
  const auto sparse = tensor.layout() != at::kStrided;
  return (tensor.requires_grad() ? RequiresGrad : 0) | (tensor.is_leaf() ? Leaf : 0) |
         (!sparse && tensor.is_contiguous() ? Contiguous : 0) | (sparse ? Sparse : 0) |
         (tensor.is_conj() ? Conjugate : 0) | (tensor.is_neg() ? Negative : 0);
}

}  // namespace

EXPORT void shim_tensor_free(Handle handle) {
  guarded([&] { TensorPointer::reclaim(handle); });
}

EXPORT int32_t shim_tensor_share(Handle handle, Handle* result) {
  return guarded([&] { *result = own(borrow(handle)); });
}

EXPORT int32_t shim_tensor_info(Handle handle, Info* info) {
  return guarded([&] {
    const auto tensor = borrow(handle);
    const auto sparse = tensor.layout() != at::kStrided;
    info->sizes = tensor.sizes().data();
    info->strides = sparse ? nullptr : tensor.strides().data();
    info->elements = tensor.numel();
    info->storage_offset = sparse ? 0 : tensor.storage_offset();
    info->dimensions = static_cast<int32_t>(tensor.dim());
    info->dtype = static_cast<int32_t>(tensor.scalar_type());
    info->element_size = static_cast<int32_t>(tensor.element_size());
    info->device_type = static_cast<int32_t>(tensor.device().type());
    info->device_index = tensor.device().index();
    info->flags = flags(tensor);
  });
}

EXPORT int32_t shim_tensor_data(Handle handle, void** result) {
  return guarded([&] { *result = borrow(handle).data_ptr(); });
}

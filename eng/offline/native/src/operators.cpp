// Calls any operator of libtorch by name through its boxed dispatcher.
//
// The schema decides how an argument is boxed (an integer given for a float becomes one) and supplies the defaults of
// trailing arguments, so callers need not know what a newer libtorch appended.
#include "abi.h"

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace shim {
namespace {

// libtorch's own optional: c10's before 2.0, the standard library's since.
using OptionalValue = std::decay_t<decltype(std::declval<const c10::Argument&>().default_value())>;
using OptionalTensor = decltype(std::declval<const c10::IValue&>().toOptional<at::Tensor>());

enum class Want : uint8_t { AsGiven, Float, OptionalTensorList };

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Want> wants;
  std::vector<OptionalValue> defaults;
};

c10::TypePtr unwrap_optional(const c10::TypePtr& type) {
  const auto optional = type->cast<c10::OptionalType>();
  return optional ? optional->getElementType() : type;
}

Want want(const c10::TypePtr& declared) {
  const auto type = unwrap_optional(declared);
  if (type->kind() == c10::TypeKind::FloatType) return Want::Float;
  if (const auto list = type->cast<c10::ListType>())
    if (list->getElementType()->kind() == c10::TypeKind::OptionalType) return Want::OptionalTensorList;
  return Want::AsGiven;
}

c10::IValue box_tensor_list(const Value& value, Want want) {
  const auto handles = static_cast<Handle*>(value.pointer);
  if (want == Want::OptionalTensorList) {
    c10::List<OptionalTensor> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++)
      list.push_back(handles[i] ? OptionalTensor(borrow(handles[i])) : OptionalTensor());
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  for (int32_t i = 0; i < value.count; i++) list.push_back(borrow(handles[i]));
  return list;
}

template <class Element>
c10::IValue box_list(const Value& value) {
  const auto elements = static_cast<const Element*>(value.pointer);
  c10::List<Element> list;
  list.reserve(value.count);
  for (int32_t i = 0; i < value.count; i++) list.push_back(elements[i]);
  return list;
}

c10::IValue box(const Value& value, Want want) {
  switch (value.kind) {
    case Kind::None: return {};
    case Kind::Tensor: return borrow(static_cast<Handle>(value.pointer));
    case Kind::Int: return want == Want::Float ? c10::IValue(static_cast<double>(value.integer)) : c10::IValue(value.integer);
    case Kind::Double: return value.real;
    case Kind::Bool: return value.integer != 0;
    case Kind::IntList: return box_list<int64_t>(value);
    case Kind::DoubleList: return box_list<double>(value);
    case Kind::TensorList: return box_tensor_list(value, want);
    case Kind::Device:
      return c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count));
    case Kind::String: return std::string(static_cast<const char*>(value.pointer), value.count);
    case Kind::Generator: return *static_cast<at::Generator*>(value.pointer);
    case Kind::Complex: {
      const auto parts = static_cast<const double*>(value.pointer);
      return c10::complex<double>(parts[0], parts[1]);
    }
  }
  TORCH_CHECK(false, "unknown argument kind ", static_cast<int32_t>(value.kind));
}

Value unbox_tensor_list(const c10::IValue& result) {
  const auto tensors = result.toTensorVector();
  Value value{Kind::TensorList, static_cast<int32_t>(tensors.size()), {}};
  const auto handles = static_cast<Handle*>(std::malloc(sizeof(Handle) * (tensors.size() + 1)));
  for (size_t i = 0; i < tensors.size(); i++) handles[i] = own(tensors[i]);
  value.pointer = handles;
  return value;
}

Value unbox(c10::IValue&& result) {
  Value value{Kind::None, 0, {}};
  value.integer = 0;
  if (result.isTensor()) {
    value.kind = Kind::Tensor;
    value.pointer = own(std::move(result).toTensor());
  } else if (result.isTensorList()) {
    value = unbox_tensor_list(result);
  } else if (result.isInt()) {
    value.kind = Kind::Int;
    value.integer = result.toInt();
  } else if (result.isDouble()) {
    value.kind = Kind::Double;
    value.real = result.toDouble();
  } else if (result.isBool()) {
    value.kind = Kind::Bool;
    value.integer = result.toBool();
  } else {
    TORCH_CHECK(result.isNone(), "unsupported result of kind ", result.tagKind());
  }
  return value;
}

}  // namespace
}  // namespace shim

using namespace shim;

// The operator of that name and overload, for the life of the process.
EXPORT int32_t shim_find_operator(const char* name, const char* overload, void** result) {
  return guarded([&] {
    const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(handle.has_value(), "libtorch has no operator ", name, *overload ? "." : "", overload);
    auto found = std::make_unique<Operator>(Operator{*handle, {}, {}});
    for (const auto& argument : handle->schema().arguments()) {
      found->wants.push_back(want(argument.type()));
      found->defaults.push_back(argument.default_value());
    }
    *result = found.release();
  });
}

// Results beyond max_results are dropped.
EXPORT int32_t shim_call(void* target, const Value* arguments, int32_t count, Value* results, int32_t max_results) {
  return guarded([&] {
    const auto& op = *static_cast<const Operator*>(target);
    const auto declared = static_cast<int32_t>(op.wants.size());
    TORCH_CHECK(count <= declared, op.handle.operator_name(), " takes ", declared, " arguments, not ", count);

    torch::jit::Stack stack;
    stack.reserve(declared);
    for (int32_t i = 0; i < count; i++) stack.push_back(box(arguments[i], op.wants[i]));
    for (int32_t i = count; i < declared; i++) {
      TORCH_CHECK(op.defaults[i].has_value(), op.handle.operator_name(), " lacks argument ", i);
      stack.push_back(*op.defaults[i]);
    }
    op.handle.callBoxed(stack);

    const auto produced = std::min<int32_t>(max_results, static_cast<int32_t>(stack.size()));
    for (int32_t i = 0; i < produced; i++) results[i] = unbox(std::move(stack[i]));
  });
}

EXPORT void shim_free_list(void* list) { std::free(list); }

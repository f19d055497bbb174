using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            // New parameters and buffers of another type or on another device replace the old ones, in the fields as well.
            internal void Move(ScalarType? dtype, Device? device, bool nonBlocking)
            {
                if (device is not null)
                    InitializeDevice(device);
                foreach (var (_, child) in _registeredModules)
                    child.Move(dtype, device, nonBlocking);
                foreach (var (key, parameter) in _registeredParameters.ToArray())
                {
                    if (parameter is not null && Moved(parameter, dtype, device, nonBlocking) is { } data)
                        Replace(key, parameter, data);
                }
                foreach (var (key, buffer) in _registeredBuffers.ToArray())
                {
                    if (buffer is null || Moved(buffer, dtype, device, nonBlocking) is not { } moved)
                        continue;
                    _registeredBuffers.Put(key, moved);
                    SetFields(buffer, moved);
                    buffer.Dispose();
                }
            }

            // Null when nothing changes. Only floating-point tensors change their type.
            private static Tensor? Moved(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                var (type, place) = (tensor.dtype, tensor.device);
                var wantedType = dtype is { } t && is_floating_point(type) ? t : type;
                var wantedPlace = device ?? place;
                var samePlace = wantedPlace.type == place.type && (wantedPlace.index < 0 || wantedPlace.index == place.index);
                if (wantedType == type && samePlace)
                    return null;
                using (no_grad())
                {
                    var moved = tensor.to(wantedType, wantedPlace, non_blocking: nonBlocking);
                    return moved.DetachFromDisposeScope();
                }
            }

            private void Replace(string key, Parameter old, Tensor data)
            {
                var moved = new Parameter(data, old.requires_grad);
                moved.DetachFromDisposeScope();
                using (var gradient = old.grad)
                {
                    if (gradient is not null)
                        moved.grad = gradient.to(moved.dtype, moved.device);
                }
                _registeredParameters.Put(key, moved);
                SetFields(old, moved);
                old.Dispose();
            }

            private void SetFields(object old, object moved)
            {
                foreach (var field in ComponentFields(GetType()))
                {
                    if (ReferenceEquals(field.GetValue(this), old))
                        field.SetValue(this, moved);
                }
            }
        }
    }
}

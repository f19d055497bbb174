using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The functions that the native library exports (see ../native/src).</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "LibTorchSharp";

    [LibraryImport(Library)] internal static partial byte* shim_last_error();
    [LibraryImport(Library)] internal static partial byte* shim_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int shim_find_operator(string name, string overload, out nint result);
    [LibraryImport(Library)]
    internal static partial int shim_call(nint target, NativeValue* arguments, int count, NativeValue* results, int maxResults);
    [LibraryImport(Library)] internal static partial void shim_free_list(nint list);

    [LibraryImport(Library)] internal static partial void shim_tensor_free(nint handle);
    [LibraryImport(Library)] internal static partial int shim_tensor_share(nint handle, out nint result);
    [LibraryImport(Library)] internal static partial int shim_tensor_info(nint handle, TensorInfo* info);
    [LibraryImport(Library)] internal static partial int shim_tensor_data(nint handle, out nint result);

    [LibraryImport(Library)] internal static partial int shim_grad_mode();
    [LibraryImport(Library)] internal static partial void shim_set_grad_mode(int enabled);
    [LibraryImport(Library)] internal static partial int shim_inference_mode();
    [LibraryImport(Library)] internal static partial int shim_inference_mode_enter(int enabled, out nint guard);
    [LibraryImport(Library)] internal static partial void shim_inference_mode_leave(nint guard);
    [LibraryImport(Library)] internal static partial int shim_tensor_set_requires_grad(nint handle, int requiresGrad);
    [LibraryImport(Library)] internal static partial int shim_tensor_retain_grad(nint handle);
    [LibraryImport(Library)] internal static partial int shim_tensor_grad(nint handle, out nint result);
    [LibraryImport(Library)] internal static partial int shim_tensor_set_grad(nint handle, nint gradient);
    [LibraryImport(Library)]
    internal static partial int shim_backward(nint* tensors, int count, nint* gradients, int gradientCount,
        int retainGraph, int createGraph, nint* inputs, int inputCount);
    [LibraryImport(Library)]
    internal static partial int shim_grad(nint* outputs, int outputCount, nint* inputs, int inputCount,
        nint* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);

    [LibraryImport(Library)]
    internal static partial int shim_generator_new(ulong seed, int deviceType, int deviceIndex, out nint result);
    [LibraryImport(Library)]
    internal static partial int shim_generator_default(int deviceType, int deviceIndex, out nint result);
    [LibraryImport(Library)] internal static partial void shim_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial int shim_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial int shim_generator_reseed(nint generator, out ulong seed);
    [LibraryImport(Library)] internal static partial int shim_generator_initial_seed(nint generator, out ulong seed);
    [LibraryImport(Library)] internal static partial int shim_generator_device(nint generator, out int type, out int index);
    [LibraryImport(Library)] internal static partial int shim_generator_state(nint generator, out nint result);
    [LibraryImport(Library)] internal static partial int shim_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] internal static partial int shim_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial int shim_cuda_manual_seed(ulong seed, int deviceIndex);

    [LibraryImport(Library)] internal static partial int shim_num_threads();
    [LibraryImport(Library)] internal static partial int shim_num_interop_threads();
    [LibraryImport(Library)] internal static partial int shim_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int shim_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int shim_cuda_device_count();
    [LibraryImport(Library)] internal static partial int shim_cudnn_available();
    [LibraryImport(Library)] internal static partial int shim_cuda_synchronize(int deviceIndex);
    [LibraryImport(Library)] internal static partial int shim_matmul_tf32();
    [LibraryImport(Library)] internal static partial int shim_cudnn_tf32();
    [LibraryImport(Library)] internal static partial int shim_set_matmul_tf32(int allowed);
    [LibraryImport(Library)] internal static partial int shim_set_cudnn_tf32(int allowed);

    /// <summary>Turns a failed call into the exception that TorchSharp throws for one.</summary>
    internal static void Check(int status)
    {
        if (status != 0)
            throw new ExternalException(Marshal.PtrToStringUTF8((nint)shim_last_error()));
    }
}

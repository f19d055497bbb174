namespace TorchSharp;

public static partial class torch
{
    public static int get_num_threads() => NativeMethods.shim_num_threads();

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.shim_set_num_threads(num));

    public static int get_num_interop_threads() => NativeMethods.shim_num_interop_threads();

    public static void set_num_interop_threads(int num) => NativeMethods.Check(NativeMethods.shim_set_num_interop_threads(num));

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>CUDA devices.</summary>
    public static class cuda
    {
        private static readonly Lazy<int> Devices = new(NativeMethods.shim_cuda_device_count);

        public static bool is_available() => Devices.Value > 0;

        public static bool is_cudnn_available() => NativeMethods.shim_cudnn_available() != 0;

        public static int device_count() => Devices.Value;

        public static void synchronize(Device? device = null) =>
            NativeMethods.Check(NativeMethods.shim_cuda_synchronize(device?.index ?? -1));

        public static void manual_seed(long seed) =>
            NativeMethods.Check(NativeMethods.shim_cuda_manual_seed((ulong)seed, -1));

        public static void manual_seed_all(long seed)
        {
            for (var index = 0; index < device_count(); index++)
                NativeMethods.Check(NativeMethods.shim_cuda_manual_seed((ulong)seed, index));
        }
    }

    /// <summary>Switches of the libraries behind libtorch.</summary>
    public static class backends
    {
        /// <summary>Switches for CUDA.</summary>
        public static class cuda
        {
            /// <summary>Switches for matrix products.</summary>
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => NativeMethods.shim_matmul_tf32() != 0;
                    set => NativeMethods.Check(NativeMethods.shim_set_matmul_tf32(value ? 1 : 0));
                }
            }
        }

        /// <summary>Switches for cuDNN.</summary>
        public static class cudnn
        {
            public static bool allow_tf32
            {
                get => NativeMethods.shim_cudnn_tf32() != 0;
                set => NativeMethods.Check(NativeMethods.shim_set_cudnn_tf32(value ? 1 : 0));
            }
        }
    }
}

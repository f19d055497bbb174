namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generators of all devices and returns the CPU's.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.shim_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static long initial_seed() => Generator.Default.initial_seed();

    /// <summary>A stream of random numbers.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            device = InitializeDevice(device);
            NativeMethods.Check(NativeMethods.shim_generator_new(seed, (int)device.type, device.index, out _handle));
        }

        private Generator(nint handle) => _handle = handle;

        ~Generator() => Dispose(false);

        public static Generator Default
        {
            get
            {
                NativeMethods.Check(NativeMethods.shim_generator_default((int)DeviceType.CPU, -1, out var handle));
                return new Generator(handle);
            }
        }

        public IntPtr Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device
        {
            get
            {
                NativeMethods.Check(NativeMethods.shim_generator_device(Handle, out var type, out var index));
                return new Device((DeviceType)type, index);
            }
        }

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.shim_generator_seed(Handle, (ulong)seed));
            return this;
        }

        /// <summary>Takes a seed that nobody chose, and returns it.</summary>
        public long seed()
        {
            NativeMethods.Check(NativeMethods.shim_generator_reseed(Handle, out var seed));
            return (long)seed;
        }

        public long initial_seed()
        {
            NativeMethods.Check(NativeMethods.shim_generator_initial_seed(Handle, out var seed));
            return (long)seed;
        }

        public Tensor get_state()
        {
            NativeMethods.Check(NativeMethods.shim_generator_state(Handle, out var state));
            return new Tensor(state);
        }

        public void set_state(Tensor value) =>
            NativeMethods.Check(NativeMethods.shim_generator_set_state(Handle, value.Handle));

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                NativeMethods.shim_generator_free(handle);
        }
    }
}

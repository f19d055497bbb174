namespace TorchSharp;

public static partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_grad_enabled() => NativeMethods.shim_grad_mode() != 0;

    public static bool is_inference_mode_enabled() => NativeMethods.shim_inference_mode() != 0;

    /// <summary>Switches gradients on or off on this thread until it is disposed.</summary>
    private sealed class GradMode : IDisposable
    {
        private readonly bool _previous = is_grad_enabled();

        public GradMode(bool enabled) => NativeMethods.shim_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.shim_set_grad_mode(_previous ? 1 : 0);
    }

    /// <summary>Switches inference mode on or off on this thread until it is disposed, by that thread.</summary>
    private sealed class InferenceMode : IDisposable
    {
        private nint _guard;

        public InferenceMode(bool enabled) =>
            NativeMethods.Check(NativeMethods.shim_inference_mode_enter(enabled ? 1 : 0, out _guard));

        public void Dispose()
        {
            if (_guard != 0)
                NativeMethods.shim_inference_mode_leave(_guard);
            _guard = 0;
        }
    }
}

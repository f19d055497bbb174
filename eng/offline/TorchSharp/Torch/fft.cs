namespace TorchSharp;

public static partial class torch
{
    /// <summary>Fourier transforms.</summary>
    public static partial class fft
    {
        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.Call("fft_rfft", input, n < 0 ? Arg.None : n, dim, Name(norm));

        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.Call("fft_irfft", input, n < 0 ? Arg.None : n, dim, Name(norm));

        public static Tensor fft_(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.Call("fft_fft", input, n < 0 ? Arg.None : n, dim, Name(norm));

        public static Tensor ifft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.Call("fft_ifft", input, n < 0 ? Arg.None : n, dim, Name(norm));
    }
}

namespace TorchSharp;

public static partial class torch
{
    // Spectra.
    public partial class Tensor
    {
        public Tensor stft(long n_fft, long hop_length = -1, long win_length = -1, Tensor? window = null, bool center = true,
            PaddingModes pad_mode = PaddingModes.Reflect, bool normalized = false, bool? onesided = null,
            bool? return_complex = null) =>
            Aten.Call("stft.center", this, n_fft, Given(hop_length), Given(win_length), window, center, Name(pad_mode), normalized,
                onesided, return_complex);

        private static Arg Given(long length) => length < 0 ? Arg.None : length;
    }
}

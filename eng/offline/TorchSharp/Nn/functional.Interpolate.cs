namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false,
                bool antialias = false)
            {
                var dimensions = (int)x.dim() - 2;
                if ((size is null) == (scale_factor is null))
                    throw new ArgumentException("Either size or scale_factor must be given, and not both.");
                if ((size?.Length ?? scale_factor!.Length) != dimensions)
                    throw new ArgumentException($"size and scale_factor need {dimensions} elements for this input.");
                var interpolates = mode is InterpolationMode.Linear or InterpolationMode.Bilinear or InterpolationMode.Bicubic or InterpolationMode.Trilinear;
                if (align_corners is not null && !interpolates)
                    throw new ArgumentException("align_corners is only for linear, bilinear, bicubic and trilinear interpolation.");
                if (antialias && (mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic) || dimensions != 2))
                    throw new ArgumentException("antialias is only for bilinear and bicubic interpolation of 4-D tensors.");

                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                    (size, scale_factor) = (Scaled(x, scale_factor), null);
                if (mode == InterpolationMode.Area)
                    return Aten.Call($"adaptive_avg_pool{dimensions}d", x, size);
                return interpolates
                    ? Aten.Call(Resampler(mode, dimensions, antialias), x, size, align_corners ?? false, scale_factor)
                    : Aten.Call(Resampler(mode, dimensions, antialias), x, size, scale_factor);
            }

            private static long[] Scaled(Tensor x, double[] factors) =>
                [.. factors.Select((factor, i) => (long)Math.Floor(x.size(i + 2) * factor))];

            private static string Resampler(InterpolationMode mode, int dimensions, bool antialias) => (mode, dimensions) switch
            {
                (InterpolationMode.Nearest, 1 or 2 or 3) => $"upsample_nearest{dimensions}d.vec",
                (InterpolationMode.NearestExact, 1 or 2 or 3) => $"_upsample_nearest_exact{dimensions}d.vec",
                (InterpolationMode.Linear, 1) => "upsample_linear1d.vec",
                (InterpolationMode.Bilinear, 2) => antialias ? "_upsample_bilinear2d_aa.vec" : "upsample_bilinear2d.vec",
                (InterpolationMode.Bicubic, 2) => antialias ? "_upsample_bicubic2d_aa.vec" : "upsample_bicubic2d.vec",
                (InterpolationMode.Trilinear, 3) => "upsample_trilinear3d.vec",
                _ => throw new ArgumentException($"{mode} interpolation of {dimensions} dimensions is not supported."),
            };
        }
    }
}

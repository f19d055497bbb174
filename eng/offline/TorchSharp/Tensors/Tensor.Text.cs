using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The shape, element type and device; a scalar's value as well.</summary>
        public override string ToString()
        {
            if (IsInvalid)
                return "<invalid tensor>";
            var value = NumberOfElements == 1 && !is_meta && dtype is not (ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64)
                ? ", value = " + ToScalar().Real.ToString("g7", CultureInfo.InvariantCulture)
                : "";
            return $"[{string.Join("x", shape)}], type = {dtype}, device = {device}{value}";
        }
    }
}

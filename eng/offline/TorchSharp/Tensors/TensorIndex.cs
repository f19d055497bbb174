namespace TorchSharp;

/// <summary>What a <see cref="torch.TensorIndex"/> selects with.</summary>
internal enum TensorIndexKind
{
    None,
    Single,
    Slice,
    Null,
    Ellipsis,
    Bool,
    Tensor,
}

public static partial class torch
{
    /// <summary>One index of a tensor: a number, a slice, a mask, an index tensor, a new axis or an ellipsis.</summary>
    public struct TensorIndex
    {
        public static TensorIndex Ellipsis = new() { Kind = TensorIndexKind.Ellipsis };
        public static TensorIndex Null = new() { Kind = TensorIndexKind.Null };
        public static TensorIndex None = Null;
        public static TensorIndex Colon = Slice();

        internal TensorIndexKind Kind;
        internal long? Start;
        internal long? Stop;
        internal long? Step;
        internal bool Flag;
        internal torch.Tensor? Indices;

        /// <summary>How many of the indexed tensor's dimensions this index covers.</summary>
        internal readonly long Consumes => Kind switch
        {
            TensorIndexKind.Single or TensorIndexKind.Slice => 1,
            TensorIndexKind.Tensor => DimensionsOf(Indices!),
            _ => 0,
        };

        internal static long DimensionsOf(torch.Tensor index) =>
            index.dtype is ScalarType.Bool or ScalarType.Byte ? index.ndim : 1;

        public static TensorIndex Single(long? index) => new() { Kind = TensorIndexKind.Single, Start = index };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Kind = TensorIndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(
            Position(range.Start), range.End.Equals(Index.End) ? null : Position(range.End));

        public static TensorIndex Bool(bool value) => new() { Kind = TensorIndexKind.Bool, Flag = value };

        public static TensorIndex Tensor(torch.Tensor tensor) => new() { Kind = TensorIndexKind.Tensor, Indices = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex(Index index) => Single(Position(index));
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        private static long Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}

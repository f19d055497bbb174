using System.Numerics;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The raw memory of a contiguous tensor on the CPU.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var info = Info;
                if (!info.Flags.HasFlag(TensorFlags.Contiguous))
                    throw new NotImplementedException("Bytes() called on non-contiguous tensor.");
                if ((DeviceType)info.DeviceType != DeviceType.CPU)
                    throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                return new Span<byte>((void*)DataPointer, checked((int)(info.Elements * info.ElementSize)));
            }
            set
            {
                var info = Info;
                if (!info.Flags.HasFlag(TensorFlags.Contiguous))
                    throw new NotImplementedException("SetBytes() called on non-contiguous tensor.");
                var length = info.Elements * info.ElementSize;
                if (value.Length != length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                // Memory of another device cannot be written from here: refuse instead of crashing.
                if ((DeviceType)info.DeviceType != DeviceType.CPU)
                    throw new InvalidOperationException("Writing data to non-CPU memory is not supported.");
                value.CopyTo(new Span<byte>((void*)DataPointer, (int)length));
            }
        }

        internal nint DataPointer
        {
            get
            {
                NativeMethods.Check(NativeMethods.shim_tensor_data(Handle, out var pointer));
                return pointer;
            }
        }

        /// <summary>The elements, in row-major order whatever the strides; copied when not in CPU memory.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireElementType(typeof(T));
            return new TensorAccessor<T>(cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            RequireElementType(typeof(T));
            using var local = cpu();
            return local.ReadSingle<T>();
        }

        public Scalar ToScalar()
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            using var local = cpu();
            return local.dtype switch
            {
                ScalarType.Byte => local.ReadSingle<byte>(),
                ScalarType.Int8 => local.ReadSingle<sbyte>(),
                ScalarType.Int16 => local.ReadSingle<short>(),
                ScalarType.Int32 => local.ReadSingle<int>(),
                ScalarType.Int64 => local.ReadSingle<long>(),
                ScalarType.Float16 => local.ReadSingle<Half>(),
                ScalarType.BFloat16 => BitConverter.Int32BitsToSingle(local.ReadSingle<ushort>() << 16).ToBFloat16Scalar(),
                ScalarType.Float32 => local.ReadSingle<float>(),
                ScalarType.Float64 => local.ReadSingle<double>(),
                ScalarType.Bool => local.ReadSingle<bool>(),
                ScalarType.ComplexFloat32 => local.ReadSingle<(float, float)>(),
                ScalarType.ComplexFloat64 => local.ReadSingle<Complex>(),
                var other => throw new NotSupportedException($"No scalar of type {other}"),
            };
        }

        private unsafe T ReadSingle<T>() where T : unmanaged
        {
            var value = *(T*)DataPointer;
            GC.KeepAlive(this);
            return value;
        }

        private void RequireElementType(Type type)
        {
            var actual = dtype;
            var expected = actual switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                ScalarType.ComplexFloat32 => typeof((float, float)),
                ScalarType.ComplexFloat64 => typeof(Complex),
                _ => null,
            };
            if (type != expected)
                throw new ArgumentException($"{type.Name} does not match the tensor's element type {actual}.");
        }
    }
}

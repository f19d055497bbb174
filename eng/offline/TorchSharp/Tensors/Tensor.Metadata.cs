namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal unsafe TensorInfo Info
        {
            get
            {
                TensorInfo info;
                NativeMethods.Check(NativeMethods.shim_tensor_info(Handle, &info));
                return info;
            }
        }

        public long[] shape => size();
        public long ndim => Info.Dimensions;
        public long Dimensions => Info.Dimensions;
        public long NumberOfElements => Info.Elements;
        public long ElementSize => Info.ElementSize;
        public ScalarType dtype => (ScalarType)Info.DType;
        public DeviceType device_type => (DeviceType)Info.DeviceType;
        public int device_index => Info.DeviceIndex;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_sparse => Has(TensorFlags.Sparse);
        public bool is_leaf => Has(TensorFlags.Leaf);

        public Device device
        {
            get
            {
                var info = Info;
                return new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public bool requires_grad
        {
            get => Has(TensorFlags.RequiresGrad);
            set => NativeMethods.Check(NativeMethods.shim_tensor_set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>The accumulated gradient, or null; every read gives a new object for the same native tensor.</summary>
        public Tensor? grad
        {
            get
            {
                NativeMethods.Check(NativeMethods.shim_tensor_grad(Handle, out var gradient));
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set => NativeMethods.Check(NativeMethods.shim_tensor_set_grad(Handle, value is null ? 0 : value.Handle));
        }

        public long dim() => Info.Dimensions;
        public long numel() => Info.Elements;
        public long element_size() => Info.ElementSize;
        public long storage_offset() => Info.StorageOffset;
        public bool is_contiguous() => Has(TensorFlags.Contiguous);
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_pinned() => Aten.CallBool("is_pinned", this);

        public unsafe long[] size()
        {
            var info = Info;
            var sizes = new Span<long>(info.Sizes, info.Dimensions).ToArray();
            GC.KeepAlive(this);
            return sizes;
        }

        public long size(int dim) => Pick(size(), dim);

        public unsafe long[] stride()
        {
            var info = Info;
            var strides = new Span<long>(info.Strides, info.Dimensions).ToArray();
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => Pick(stride(), dim);

        private bool Has(TensorFlags flag) => (Info.Flags & flag) != 0;

        private static long Pick(long[] values, int dim) => values[dim < 0 ? dim + values.Length : dim];
    }
}

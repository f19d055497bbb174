using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, TensorIndex (i) => i));
            set => index_put_(value, Array.ConvertAll(indices, TensorIndex (i) => i));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, [i1]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => index_put_(value, [i1, i2]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => index_put_(value, [i1, i2, i3]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index([i1, i2, i3, i4]);
            set => index_put_(value, [i1, i2, i3, i4]);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors, temporaries) = Narrow(indices);
            if (tensors.Length == 0)
            {
                // A view of everything is a new object, as every other view is.
                return ReferenceEquals(view, this) ? alias() : Keep(view, temporaries);
            }
            try
            {
                return Aten.Call("index.Tensor", view, tensors);
            }
            finally
            {
                Keep(null, temporaries);
            }
        }

        public Tensor index(params Tensor[] indices) => Aten.Call("index.Tensor", this, indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            var (view, tensors, temporaries) = Narrow(indices);
            try
            {
                if (tensors.Length == 0)
                    Aten.CallInPlace(view, "copy_", view, value);
                else
                    Aten.CallInPlace(view, "index_put_", view, tensors, value, accumulate);
            }
            finally
            {
                Keep(null, temporaries);
            }
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Aten.CallInPlace(this, "index_put_", this, indices, value, accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var tensor = Aten.Call("scalar_tensor", value, dtype, Arg.None, device);
            return index_put_(tensor, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var tensor = Aten.Call("scalar_tensor", value, dtype, Arg.None, device);
            return index_put_(tensor, indices);
        }

        // Applies all that only makes a view; what is left are the tensors to index that view with, null where a whole
        // dimension stays.
        private (Tensor View, Tensor?[] Tensors, List<Tensor> Temporaries) Narrow(TensorIndex[] indices)
        {
            var view = this;
            var temporaries = new List<Tensor>();
            var tensors = new List<Tensor?>();
            var dimension = 0L;

            void Step(Tensor next) => temporaries.Add(view = next);

            foreach (var index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndexKind.Single:
                        Step(view.select(dimension, index.Start!.Value));
                        break;
                    case TensorIndexKind.Slice:
                        Step(Aten.Call("slice.Tensor", view, dimension++, index.Start, index.Stop, index.Step ?? 1));
                        break;
                    case TensorIndexKind.Null:
                        Step(view.unsqueeze(dimension++));
                        break;
                    case TensorIndexKind.Ellipsis:
                        dimension += ndim - indices.Sum(i => i.Consumes);
                        break;
                    case TensorIndexKind.Bool:
                        Step(view.unsqueeze(dimension));
                        var flag = torch.tensor(index.Flag, device: device).unsqueeze(0);
                        temporaries.Add(flag);
                        Place(tensors, dimension++, flag);
                        break;
                    default:
                        Place(tensors, dimension, index.Indices!);
                        dimension += index.Consumes;
                        break;
                }
            }
            return (view, [.. tensors], temporaries);
        }

        // A mask covers as many dimensions as it has, but is one entry of the list; libtorch expands it by itself.
        private static void Place(List<Tensor?> tensors, long dimension, Tensor value)
        {
            var covered = tensors.Sum(t => t is null ? 1 : TensorIndex.DimensionsOf(t));
            for (; covered < dimension; covered++)
                tensors.Add(null);
            tensors.Add(value);
        }

        // Frees the steps on the way to a result.
        private static Tensor Keep(Tensor? kept, List<Tensor> temporaries)
        {
            foreach (var temporary in temporaries)
            {
                if (!ReferenceEquals(temporary, kept))
                    temporary.Dispose();
            }
            return kept!;
        }
    }
}

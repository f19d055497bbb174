namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of tensors.</summary>
    public static class autograd
    {
        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null) =>
            Backward(tensors, grad_tensors, retain_graph ?? create_graph, create_graph, inputs);

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null) =>
            Backward([tensor], grad_tensors, retain_graph ?? create_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            Backward([tensor], [grad_tensor], retain_graph ?? create_graph, create_graph, inputs);

        /// <summary>The gradients of the outputs' sum; null for an unused input, where that is allowed.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var (from, to, weights) = (Handles(outputs), Handles(inputs), Handles(grad_outputs));
            var results = new nint[to.Length];
            fixed (nint* f = from, t = to, w = weights, r = results)
            {
                NativeMethods.Check(NativeMethods.shim_grad(f, from.Length, t, to.Length, w, weights.Length,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r));
            }
            KeepAlive(outputs, inputs, grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle));
        }

        private static unsafe void Backward(IList<Tensor> tensors, IList<Tensor>? gradients, bool retain, bool create,
            IList<Tensor>? inputs)
        {
            var (from, weights, to) = (Handles(tensors), Handles(gradients), Handles(inputs));
            fixed (nint* f = from, w = weights, t = to)
            {
                NativeMethods.Check(NativeMethods.shim_backward(f, from.Length, w, weights.Length,
                    retain ? 1 : 0, create ? 1 : 0, t, to.Length));
            }
            KeepAlive(tensors, gradients, inputs);
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(t => t?.Handle ?? 0)];

        private static void KeepAlive(params IList<Tensor>?[] lists)
        {
            foreach (var list in lists)
                GC.KeepAlive(list);
        }
    }
}

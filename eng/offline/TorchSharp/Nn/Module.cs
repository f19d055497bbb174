using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        /// <summary>A part of a network: parameters, buffers and other modules under their names.</summary>
        public partial class Module : IDisposable
        {
            private readonly Components<Parameter> _registeredParameters = new();
            private readonly Components<Tensor> _registeredBuffers = new();
            private readonly Components<Module> _registeredModules = new();
            private readonly HashSet<string> _transientBuffers = [];
            private bool _training = true;
            private bool _disposed;

            protected string name;

            protected Module(string name) => this.name = name;

            ~Module() => Dispose(false);

            public virtual bool training => _training;

            public virtual string GetName() => name;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var child in children())
                    child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    if (gradient is null)
                        continue;
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        gradient.detach_().zero_();
                }
            }

            /// <summary>Applies a function to the children, their children and at last this module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed)
                    return;
                _disposed = true;
                foreach (var (_, parameter) in _registeredParameters)
                    parameter.Dispose();
                foreach (var (_, buffer) in _registeredBuffers)
                    buffer?.Dispose();
                foreach (var (_, module) in _registeredModules)
                    module.Dispose();
            }
        }

        /// <summary>Named things in the order of their registration.</summary>
        private sealed class Components<T> : List<(string Name, T Item)>
        {
            public bool TryGet(string name, out T item)
            {
                var index = FindIndex(c => c.Name == name);
                item = index < 0 ? default! : this[index].Item;
                return index >= 0;
            }

            public bool Has(string name) => Exists(c => c.Name == name);

            public void Put(string name, T item)
            {
                var index = FindIndex(c => c.Name == name);
                if (index < 0)
                    Add((name, item));
                else
                    this[index] = (name, item);
            }
        }
    }
}

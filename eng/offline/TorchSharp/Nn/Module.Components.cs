using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Module module)> named_children() =>
                _registeredModules.Select(c => (c.Name, c.Item));

            public virtual IEnumerable<Module> children() => _registeredModules.Select(c => c.Item);

            /// <summary>All modules below this one, depth first.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (childName, child) in named_children())
                {
                    yield return (childName, child);
                    foreach (var (inner, module) in child.named_modules())
                        yield return ($"{childName}.{inner}", module);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>Every parameter once, under the first of its names.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                ParametersByEveryName(recurse).DistinctBy(p => p.Parameter, ReferenceEqualityComparer.Instance);

            /// <summary>A parameter that several modules share comes once for each.</summary>
            private IEnumerable<(string Name, Parameter Parameter)> ParametersByEveryName(bool recurse = true)
            {
                foreach (var (key, parameter) in _registeredParameters.ToArray())
                {
                    if (parameter is not null)
                        yield return (key, parameter);
                }
                foreach (var (childName, child) in recurse ? named_children() : [])
                {
                    foreach (var (key, parameter) in child.ParametersByEveryName())
                        yield return ($"{childName}.{key}", parameter);
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true,
                bool include_nonpersistent = true)
            {
                foreach (var (key, buffer) in _registeredBuffers.ToArray())
                {
                    if (include_nonpersistent || !_transientBuffers.Contains(key))
                        yield return (key, buffer);
                }
                foreach (var (childName, child) in recurse ? named_children() : [])
                {
                    foreach (var (key, buffer) in child.named_buffers(true, include_nonpersistent))
                        yield return ($"{childName}.{key}", buffer);
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual bool has_parameter(string target) => named_parameters().Any(p => p.name == target);

            /// <summary>The parameter of that dotted name, or null.</summary>
            public virtual Parameter get_parameter(string target) =>
                named_parameters().FirstOrDefault(p => p.name == target).parameter;

            public virtual bool has_buffer(string target) => named_buffers().Any(b => b.name == target);

            /// <summary>The buffer of that dotted name, or null.</summary>
            public virtual Tensor get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;
        }
    }
}

using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual void register_parameter(string name, Parameter param)
            {
                RequireFree(name);
                _registeredParameters.Add((name, param));
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                RequireFree(name);
                _registeredBuffers.Add((name, tensor));
                if (!persistent)
                    _transientBuffers.Add(name);
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || ReferenceEquals(submodule, this))
                    throw new ArgumentException("A module cannot be null or its own child.", nameof(submodule));
                if (name.Contains('.'))
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (name.Length == 0)
                    throw new ArgumentException("module name can't be empty string \"\"");
                RequireFree(name);
                submodule.RegisterComponents();
                _registeredModules.Add((name, submodule));
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers every field that is a module, a parameter or a tensor (as a buffer).</summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in ComponentFields(GetType()))
                {
                    var key = Key(field);
                    switch (field.GetValue(this))
                    {
                        case Module module when !_registeredModules.Has(key):
                            register_module(key, module);
                            break;
                        case Parameter parameter when !_registeredParameters.Has(key):
                            register_parameter(key, parameter);
                            break;
                        case Tensor tensor and not Modules.Parameter when !_registeredBuffers.Has(key):
                            register_buffer(key, tensor);
                            break;
                    }
                }
            }

            protected void ClearModules() => _registeredModules.Clear();

            private static string Key(FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;

            // The derived class's first; a class's private fields are only found through that class.
            private static IEnumerable<FieldInfo> ComponentFields(Type? type)
            {
                const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                for (; type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(own))
                        yield return field;
                }
            }

            private void RequireFree(string name)
            {
                if (_registeredParameters.Has(name) || _registeredBuffers.Has(name) || _registeredModules.Has(name))
                    throw new ArgumentException($"\"{name}\" has already been registered.");
            }
        }
    }
}

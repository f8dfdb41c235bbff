namespace Declarative.Plugins;

/// <summary>One plugin event of a module, with how its interface is decorated.</summary>
/// <param name="EventName">The event.</param>
/// <param name="DeclaredIn">The file whose subscription needs it.</param>
/// <param name="Service">The interface.</param>
/// <param name="Decorator">The generated class.</param>
/// <param name="Create">Makes the decorator of a registered service.</param>
internal sealed record PluginRegistration(string EventName, string DeclaredIn, Type Service, Type Decorator, Func<object, PluginPublisher, object> Create);

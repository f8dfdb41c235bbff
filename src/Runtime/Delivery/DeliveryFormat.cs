namespace Declarative.Delivery;

/// <summary>The form in which a payload is sent. The numbers are stored.</summary>
public enum DeliveryFormat
{
    /// <summary><c>{"data": payload}</c>, as the async events module sends it.</summary>
    Aligent = 0,

    /// <summary>A CloudEvent 1.0.2 in structured mode: one JSON object, <c>application/cloudevents+json</c>.</summary>
    CloudEvents = 1,

    /// <summary>A CloudEvent 1.0.2 in binary mode: the payload as body, its attributes as <c>ce-</c> headers.</summary>
    CloudEventsBinary = 2,

    /// <summary>The object that Standard Webhooks recommends: <c>type</c>, <c>timestamp</c>, <c>data</c>.</summary>
    Standard = 3,
}

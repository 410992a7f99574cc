"""Decodes the event file of write.cs with Google's protobuf: frames and check sums by hand, messages by descriptors made from the
published field numbers. Any field that these do not know, or that has another kind, is an error."""
import glob
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

F = descriptor_pb2.FieldDescriptorProto
FIELDS = {
    "Image": [(1, "height", F.TYPE_INT32), (2, "width", F.TYPE_INT32), (3, "colorspace", F.TYPE_INT32), (4, "encoded", F.TYPE_BYTES)],
    "Histo": [(1, "min", F.TYPE_DOUBLE), (2, "max", F.TYPE_DOUBLE), (3, "num", F.TYPE_DOUBLE), (4, "sum", F.TYPE_DOUBLE),
              (5, "sum_squares", F.TYPE_DOUBLE), (6, "bucket_limit", [F.TYPE_DOUBLE]), (7, "bucket", [F.TYPE_DOUBLE])],
    "Value": [(1, "tag", F.TYPE_STRING), (2, "simple_value", F.TYPE_FLOAT), (4, "image", "Image"), (5, "histo", "Histo")],
    "Summary": [(1, "value", ["Value"])],
    "Event": [(1, "wall_time", F.TYPE_DOUBLE), (2, "step", F.TYPE_INT64), (3, "file_version", F.TYPE_STRING), (5, "summary", "Summary")],
}


def event_class():
    schema = descriptor_pb2.FileDescriptorProto(name="event.proto", package="events", syntax="proto3")
    for name, fields in FIELDS.items():
        message = schema.message_type.add(name=name)
        for number, field, kind in fields:
            many, kind = isinstance(kind, list), kind[0] if isinstance(kind, list) else kind
            added = message.field.add(name=field, number=number, label=F.LABEL_REPEATED if many else F.LABEL_OPTIONAL)
            if isinstance(kind, str):
                added.type, added.type_name = F.TYPE_MESSAGE, ".events." + kind
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(schema)
    found = pool.FindMessageTypeByName("events.Event")
    return message_factory.GetMessageClass(found) if hasattr(message_factory, "GetMessageClass") \
        else message_factory.MessageFactory(pool).GetPrototype(found)


def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def known(message):
    """Whether serializing what was understood gives as many bytes as came: nothing was unknown."""
    message.DiscardUnknownFields()
    return message.ByteSize()


def records(path):
    data, at = open(path, "rb").read(), 0
    while at < len(data):
        length, check = struct.unpack_from("<QI", data, at)
        assert check == masked(data[at:at + 8]), f"the length at {at} has another check sum"
        content = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(content), f"the content at {at} has another check sum"
        yield content
        at += 16 + length


Event = event_class()
events = []
for path in glob.glob(sys.argv[1] + "/*tfevents*"):
    for content in records(path):
        event = Event.FromString(content)
        # A step or number of 0 may stand in the file and is left out when written again: at most these bytes differ.
        assert 0 <= len(content) - known(event) <= 2 + 5, event
        events.append(event)

assert events[0].file_version == "brain.Event:2"
losses = {e.step: e.summary.value[0].simple_value for e in events if e.summary.value and e.summary.value[0].tag == "loss/training"}
assert len(losses) == 100 and all(abs(value * (1 + step) - 1) < 1e-6 for step, value in losses.items())
histo = next(e for e in events if e.step == 5 and e.summary.value[0].tag == "weights").summary.value[0].histo
assert (histo.min, histo.max, histo.num) == (-1, 3, 1001) and sum(histo.bucket) == 1001 and len(histo.bucket_limit) == 20
assert abs(histo.sum - 1001) < 1e-3 and abs(histo.sum_squares - sum((-1 + i / 250) ** 2 for i in range(1001))) < 0.1
assert histo.bucket_limit[-1] == 3 and all(a < b for a, b in zip(histo.bucket_limit, histo.bucket_limit[1:]))
picture = events[-1]
image = picture.summary.value[0].image
assert (picture.step, image.height, image.width, image.colorspace) == (2 ** 63 - 1, 5, 7, 3) and image.encoded.startswith(b"\x89PNG")
print(f"{len(events)} events, check sums right: {len(losses)} numbers, a histogram, a picture")

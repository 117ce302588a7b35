package audio

import (
	"context"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/go-ole/go-ole"
	"github.com/moutend/go-wca/pkg/wca"
)

// WASAPI, shared with other programs; Windows changes the rate of samples where the device has
// another. All that is COM happens in one goroutine for each end, on a thread of its own.

const (
	comThreaded  = 0 // COINIT_MULTITHREADED
	comAgain     = 1 // S_FALSE: this thread has it already
	comOtherMode = 0x80010106
	queued       = 60 * time.Millisecond // that the loudspeaker has before it
	looksEvery   = 10 * time.Millisecond
	bufferUnits  = 2_000_000 // 200 ms, in 100 ns
)

// com runs something on a thread where COM is at work.
func com(do func(*wca.IMMDeviceEnumerator) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := ole.CoInitializeEx(0, comThreaded); err != nil {
		var code uintptr
		if oe, ok := err.(*ole.OleError); ok { //nolint:errorlint // go-ole wraps nothing
			code = oe.Code()
		}
		if code != comAgain && code != comOtherMode {
			return refusedByWindows(err)
		}
		if code == comAgain {
			defer ole.CoUninitialize()
		}
	} else {
		defer ole.CoUninitialize()
	}
	var all *wca.IMMDeviceEnumerator
	if err := wca.CoCreateInstance(wca.CLSID_MMDeviceEnumerator, 0, wca.CLSCTX_ALL, wca.IID_IMMDeviceEnumerator, &all); err != nil {
		return refusedByWindows(err)
	}
	defer all.Release()
	return do(all)
}

func refusedByWindows(err error) error {
	return &Problem{
		What: fmt.Sprintf("Windows refuses the sound device: %v", err),
		Fix:  "look at Settings, Privacy, Microphone, and at Settings, Sound; the call goes on without sound",
		Err:  err,
	}
}

// flow is a direction of devices, as Windows has it.
func flow(in bool) uint32 {
	if in {
		return wca.ECapture
	}
	return wca.ERender
}

// Devices lists microphones, then loudspeakers.
func (s *System) Devices(context.Context) ([]Device, error) {
	var out []Device
	err := com(func(all *wca.IMMDeviceEnumerator) error {
		for _, in := range []bool{true, false} {
			if err := each(all, in, func(_ *wca.IMMDevice, d Device) bool {
				out = append(out, d)
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// each goes through the devices of a direction until it is told to stop.
func each(all *wca.IMMDeviceEnumerator, in bool, do func(*wca.IMMDevice, Device) bool) error {
	usual := ""
	var first *wca.IMMDevice
	if all.GetDefaultAudioEndpoint(flow(in), wca.ECommunications, &first) == nil {
		usual = deviceID(first)
		first.Release()
	}
	var list *wca.IMMDeviceCollection
	if err := all.EnumAudioEndpoints(flow(in), wca.DEVICE_STATE_ACTIVE, &list); err != nil {
		return refusedByWindows(err)
	}
	defer list.Release()
	var count uint32
	if err := list.GetCount(&count); err != nil {
		return refusedByWindows(err)
	}
	for i := range count {
		var one *wca.IMMDevice
		if list.Item(i, &one) != nil {
			continue
		}
		id := deviceID(one)
		more := do(one, Device{ID: id, Name: deviceName(one, id), In: in, Default: id == usual})
		one.Release()
		if !more {
			return nil
		}
	}
	return nil
}

func deviceID(d *wca.IMMDevice) string {
	var id string
	var state uint32
	if d.GetState(&state) != nil || d.GetId(&id) != nil { // GetId does not bear a device that has gone
		return ""
	}
	return id
}

func deviceName(d *wca.IMMDevice, id string) string {
	var store *wca.IPropertyStore
	if d.OpenPropertyStore(wca.STGM_READ, &store) != nil {
		return id
	}
	defer store.Release()
	var name wca.PROPVARIANT
	if store.GetValue(&wca.PKEY_Device_FriendlyName, &name) != nil || name.Val == 0 {
		return id
	}
	return name.String()
}

// stream opens a device and has it used until it ends; started gets how the opening went.
func stream(d Device, e *ending, started chan<- error, use func(*wca.IAudioClient) error) {
	found := false
	err := com(func(all *wca.IMMDeviceEnumerator) error {
		var failed error
		err := each(all, d.In, func(one *wca.IMMDevice, is Device) bool {
			if is.ID != d.ID {
				return true
			}
			found = true
			failed = run(one, started, use)
			return false
		})
		if failed != nil {
			return failed
		}
		return err
	})
	if err == nil && !found {
		err = &Problem{What: "the sound device has gone", Fix: "plug it in again, or choose another in [phone]"}
	}
	select {
	case started <- err:
	default:
	}
	if err == nil {
		err = errClosed
	}
	e.end(err)
}

func run(one *wca.IMMDevice, started chan<- error, use func(*wca.IAudioClient) error) error {
	var client *wca.IAudioClient
	if err := one.Activate(wca.IID_IAudioClient, wca.CLSCTX_ALL, nil, &client); err != nil {
		return refusedByWindows(err)
	}
	defer client.Release()
	f := wca.WAVEFORMATEX{
		WFormatTag: 1, NChannels: 1, NSamplesPerSec: Rate, NAvgBytesPerSec: 2 * Rate, NBlockAlign: 2, WBitsPerSample: 16,
	}
	flags := uint32(wca.AUDCLNT_STREAMFLAGS_AUTOCONVERTPCM | wca.AUDCLNT_STREAMFLAGS_SRC_DEFAULT_QUALITY)
	if err := client.Initialize(wca.AUDCLNT_SHAREMODE_SHARED, flags, bufferUnits, 0, &f, nil); err != nil {
		return refusedByWindows(err)
	}
	if err := use(client); err != nil {
		return refusedByWindows(err)
	}
	return nil
}

type wasapiSource struct{ *intake }

func (p wasapiSource) Close() error { p.end(errClosed); return nil }

func (s *System) capture(_ context.Context, d Device) (Source, error) {
	p := wasapiSource{newIntake()}
	started := make(chan error, 1)
	go stream(d, p.ending, started, func(client *wca.IAudioClient) error {
		var from *wca.IAudioCaptureClient
		if err := client.GetService(wca.IID_IAudioCaptureClient, &from); err != nil {
			return err
		}
		defer from.Release()
		if err := client.Start(); err != nil {
			return err
		}
		defer client.Stop() //nolint:errcheck // it is let go of anyway
		started <- nil
		return p.pump(func() error { return p.drain(from) })
	})
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// pump looks at a device again and again until the end.
func (e *ending) pump(look func() error) error {
	t := time.NewTicker(looksEvery)
	defer t.Stop()
	for {
		select {
		case <-e.gone:
			return nil
		case <-t.C:
		}
		if err := look(); err != nil {
			return err
		}
	}
}

// drain takes what the microphone has heard.
func (p wasapiSource) drain(from *wca.IAudioCaptureClient) error {
	for {
		var size uint32
		if err := from.GetNextPacketSize(&size); err != nil || size == 0 {
			return err
		}
		var data *byte
		var frames, flags uint32
		if err := from.GetBuffer(&data, &frames, &flags, nil, nil); err != nil {
			return err
		}
		b := make([]byte, 2*frames)
		if flags&wca.AUDCLNT_BUFFERFLAGS_SILENT == 0 && frames > 0 {
			copy(b, unsafe.Slice(data, len(b)))
		}
		p.add(b)
		if err := from.ReleaseBuffer(frames); err != nil {
			return err
		}
	}
}

type wasapiSink struct{ *outlet }

func (p wasapiSink) Close() error { p.end(errClosed); return nil }

func (s *System) play(_ context.Context, d Device) (Sink, error) {
	p := wasapiSink{newOutlet()}
	started := make(chan error, 1)
	go stream(d, p.ending, started, func(client *wca.IAudioClient) error {
		var to *wca.IAudioRenderClient
		if err := client.GetService(wca.IID_IAudioRenderClient, &to); err != nil {
			return err
		}
		defer to.Release()
		if err := p.fill(client, to); err != nil {
			return err
		}
		if err := client.Start(); err != nil {
			return err
		}
		defer client.Stop() //nolint:errcheck // it is let go of anyway
		started <- nil
		return p.pump(func() error { return p.fill(client, to) })
	})
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// fill gives the loudspeaker what it has room for, up to queued.
func (p wasapiSink) fill(client *wca.IAudioClient, to *wca.IAudioRenderClient) error {
	var has uint32
	if err := client.GetCurrentPadding(&has); err != nil {
		return err
	}
	const want = uint32(queued * Rate / time.Second)
	if has >= want {
		return nil
	}
	var data *byte
	if err := to.GetBuffer(want-has, &data); err != nil {
		return err
	}
	p.take(unsafe.Slice(data, 2*(want-has)))
	return to.ReleaseBuffer(want-has, 0)
}

package simulator

// encoder writes H.264 (ITU-T H.264, constrained baseline): one IDR picture of uncompressed macroblocks, then
// pictures of motion vectors into it, which nothing refers to.
type encoder struct {
	width, height, across, down int
	sps, pps                    []byte
}

func newEncoder(width, height int) *encoder {
	e := &encoder{width: width, height: height, across: blocks(width), down: blocks(height)}
	e.sps, e.pps = e.sequence(), pictureSet()
	return e
}

// Widths in bits of the two counters in slice headers.
const (
	frameNumBits = 4
	orderBits    = 10
)

// sequence is the sequence parameter set (7.3.2.1.1).
func (e *encoder) sequence() []byte {
	level := uint32(40)
	if e.across*e.down > 8192 {
		level = 51
	}
	b := &bits{}
	b.u(8, 66)   // profile_idc: baseline
	b.u(8, 0xc0) // constraint_set0, 1
	b.u(8, level)
	b.ue(0)                // seq_parameter_set_id
	b.ue(frameNumBits - 4) // log2_max_frame_num_minus4
	b.ue(0)                // pic_order_cnt_type
	b.ue(orderBits - 4)    // log2_max_pic_order_cnt_lsb_minus4
	b.ue(1)                // max_num_ref_frames
	b.u(1, 0)              // gaps_in_frame_num_value_allowed_flag
	b.ue(uint32(e.across - 1))
	b.ue(uint32(e.down - 1))
	b.u(1, 1) // frame_mbs_only_flag
	b.u(1, 1) // direct_8x8_inference_flag
	b.u(1, 1) // frame_cropping_flag, in units of two pixels
	b.ue(0)
	b.ue(uint32(e.across*block-e.width) / 2)
	b.ue(0)
	b.ue(uint32(e.down*block-e.height) / 2)
	b.u(1, 1) // vui_parameters_present_flag
	b.u(2, 0) // aspect ratio, overscan
	b.u(1, 1) // video_signal_type_present_flag
	b.u(3, 5)
	b.u(1, 0) // limited range
	b.u(1, 1)
	b.u(24, 0x010101) // BT.709
	b.u(1, 0)         // chroma location
	b.u(1, 1)         // timing_info_present_flag
	b.u(32, 1)
	b.u(32, 2*fps)
	b.u(1, 1) // fixed_frame_rate_flag
	b.u(3, 0) // no HRD, no pic_struct
	b.u(1, 1) // bitstream_restriction_flag
	b.u(1, 1)
	b.ue(0)
	b.ue(0)
	b.ue(11)
	b.ue(11)
	b.ue(0) // max_num_reorder_frames
	b.ue(1) // max_dec_frame_buffering
	return b.nal(0x67)
}

// pictureSet is the picture parameter set (7.3.2.2): CAVLC, and slices say how they are deblocked.
func pictureSet() []byte {
	b := &bits{}
	b.ue(0)
	b.ue(0)
	b.u(2, 0)
	b.ue(0)
	b.ue(0)
	b.ue(0)
	b.u(3, 0)
	b.ue(0) // se(0) has the same bits
	b.ue(0)
	b.ue(0)
	b.u(1, 1) // deblocking_filter_control_present_flag
	b.u(2, 0)
	return b.nal(0x68)
}

// first is the IDR picture: every macroblock is I_PCM, so that it shows the given pixels themselves.
func (e *encoder) first(p planes) []byte {
	b := &bits{out: make([]byte, 0, len(p.y)*3/2+len(p.y)/64)}
	b.ue(0)
	b.ue(7) // I slice
	b.ue(0)
	b.u(frameNumBits, 0)
	b.ue(0) // idr_pic_id
	b.u(orderBits, 0)
	b.u(2, 0) // dec_ref_pic_marking
	b.ue(0)   // slice_qp_delta
	b.ue(1)   // no deblocking
	for row := range e.down {
		for column := range e.across {
			b.ue(25) // I_PCM
			b.align()
			b.pixels(p.y, p.stride, column*block, row*block, block)
			b.pixels(p.u, p.stride/2, column*block/2, row*block/2, block/2)
			b.pixels(p.v, p.stride/2, column*block/2, row*block/2, block/2)
		}
	}
	return b.nal(0x65)
}

type vector struct{ x, y int } // quarter pixels

// moved is the n-th picture: each macroblock points to where its middle comes from in the first.
func (e *encoder) moved(n int, source func(x, y float64) (dx, dy int)) []byte {
	b := &bits{}
	b.ue(0)
	b.ue(5) // P slice
	b.ue(0)
	b.u(frameNumBits, 1)
	b.u(orderBits, uint32(2*n))
	b.u(2, 0) // as many references as the sequence has, in order
	b.ue(0)
	b.ue(1) // no deblocking
	above, row := make([]vector, e.across), make([]vector, e.across)
	skipped := uint32(0)
	for y := range e.down {
		for x := range e.across {
			dx, dy := source(float64(x*block)+block/2, float64(y*block)+block/2)
			row[x] = vector{dx, dy}
			guess, skip := predict(row, above, x, y)
			if row[x] == skip {
				skipped++
				continue
			}
			b.ue(skipped)
			skipped = 0
			b.ue(0) // P_L0_16x16
			b.se(dx - guess.x)
			b.se(dy - guess.y)
			b.ue(0) // coded_block_pattern 0: no residual
		}
		above, row = row, above
	}
	if skipped > 0 {
		b.ue(skipped)
	}
	return b.nal(0x01)
}

// predict gives the vector that the decoder expects, and the one of a skipped macroblock (8.4.1.1, 8.4.1.3).
func predict(row, above []vector, x, y int) (guess, skip vector) {
	var a, b, c vector
	hasA, hasB := x > 0, y > 0
	hasC := false
	if hasA {
		a = row[x-1]
	}
	if hasB {
		b = above[x]
		switch {
		case x+1 < len(above):
			c, hasC = above[x+1], true
		case hasA:
			c, hasC = above[x-1], true
		}
	}
	switch {
	case hasA && !hasB && !hasC:
		guess = a
	case !hasA && hasB && !hasC:
		guess = b
	default:
		guess = vector{median(a.x, b.x, c.x), median(a.y, b.y, c.y)}
	}
	if !hasA || !hasB || a == (vector{}) || b == (vector{}) {
		return guess, vector{}
	}
	return guess, guess
}

func median(a, b, c int) int { return max(min(a, b), min(max(a, b), c)) }

// bits writes a raw byte sequence payload.
type bits struct {
	out  []byte
	last byte
	used int // bits of last
}

func (b *bits) u(n int, value uint32) {
	for i := n - 1; i >= 0; i-- {
		b.last = b.last<<1 | byte(value>>i&1)
		if b.used++; b.used == 8 {
			b.out = append(b.out, b.last)
			b.last, b.used = 0, 0
		}
	}
}

// ue writes an unsigned Exp-Golomb code (9.1).
func (b *bits) ue(value uint32) {
	length := 0
	for v := value + 1; v > 1; v >>= 1 {
		length++
	}
	b.u(length, 0)
	b.u(length+1, value+1)
}

func (b *bits) se(value int) {
	if value > 0 {
		b.ue(uint32(2*value - 1))
	} else {
		b.ue(uint32(-2 * value))
	}
}

func (b *bits) align() {
	for b.used != 0 {
		b.u(1, 0)
	}
}

func (b *bits) pixels(plane []byte, stride, x, y, side int) {
	for row := range side {
		from := (y+row)*stride + x
		b.out = append(b.out, plane[from:from+side]...)
	}
}

// nal ends the payload and wraps it, with the bytes that keep start codes out (7.4.1).
func (b *bits) nal(header byte) []byte {
	b.u(1, 1)
	b.align()
	unit := make([]byte, 1, len(b.out)+len(b.out)/128+1)
	unit[0] = header
	zeros := 0
	for _, v := range b.out {
		if zeros == 2 && v <= 3 {
			unit = append(unit, 3)
			zeros = 0
		}
		unit = append(unit, v)
		if v == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return unit
}

// Small things, very near.

/** A dahlia: petals by the golden angle, from the rim inwards. tint: 0 behind, 1 outer, 2 inner petals, 3 their tips. knob: 0, 1 the middle, 2 size. */
vec3 dahlia(vec2 p) {
  vec3 c = tint[0] * (.55 + .6 * fbm(p * 2.5 + seed, 4));
  for (float i = 0.; i < 12.; i++) { vec2 at = hash2(vec2(i, seed)) * vec2(1.7, 1.2) - vec2(.85, .6); c += tint[0] * .22 * inside(length(p - at) - .06 - .08 * hash(i), .04); }
  vec2 q = (p - vec2(knob[0], knob[1])) / knob[2];
  for (float i = 150.; i > 0.; i--) {
    float a = i * 2.39996 + seed, t = sqrt(i / 150.), far = .78 * pow(t, 1.15), len = .09 + .25 * t, w = .032 + .075 * t;
    vec2 s = turn(a) * q - vec2(far, 0.);
    if (abs(s.x) > len + .05 || abs(s.y) > w * 1.6) continue;
    float u = s.x / len, half_ = w * sqrt(sat(1. - u * u)) * (1. - .22 * u), cup = s.y / max(half_, .001), d = abs(s.y) - half_;
    vec3 own = mix(mix(tint[2], tint[1], t), tint[3], smoothstep(.1, 1., u) * (.35 + .4 * t));
    own *= .5 + .55 * smoothstep(-1.2, .7, u) + .14 * cup * sin(a);
    own *= .9 + .12 * cos(cup * 9.) + .14 * (noise(vec2(s.y * 120. / (w * 10.), u * 2. + i)) - .5);
    own *= 1. - .32 * smoothstep(.55, 1., abs(cup));
    c *= 1. - .55 * inside(d - .012, .024) * step(abs(u), 1.08) * (1. - inside(d, .004));
    c = mix(c, own, inside(d, .004 + .0) * step(abs(u), 1.));
  }
  return c;
}

/** A slice of agate. tint: 0 to 3 its bands, 4 the crystal heart. knob: 0, 1 the heart, 2 fineness. */
vec3 agate(vec2 p) {
  vec2 q = p - vec2(knob[0], knob[1]);
  q += .22 * vec2(fbm(p * 2.3 + seed, 5) - .5, fbm(p * 2.3 + 30. + seed, 5) - .5);
  float r = length(q * vec2(1., 1.25)) + .05 * fbm(p * 7. + seed, 5);
  float v = r * knob[2], band = floor(v), f = fract(v), h = hash(band + seed * 13.);
  vec3 hue = blend(tint[0], tint[1], tint[2], hash(band * .5 + seed)), next = blend(tint[0], tint[1], tint[2], hash(floor(band * .5 + .5) + seed));
  vec3 c = mix(hue, next, smoothstep(.1, 1., f)) * (.86 + .2 * h);
  c = mix(c, tint[3], (.55 * h + .2) * smoothstep(.12, .0, abs(f - .5 - .2 * (h - .5))));
  c *= .92 + .1 * sin(v * 31.) * smoothstep(.2, .6, r) + .12 * (fbm(p * 30., 4) - .5);
  float heart = inside(r - .17, .006), a = atan(q.y, q.x);
  vec2 g = vec2(a * 6. + 2. * noise(q * 30.), r * 34.); float facet = hash(floor(g) + floor(3. * noise(g * 1.4)));
  vec3 crystal = mix(tint[4] * .25, tint[4], facet * .8 + .3 * noise(q * 60.)) + pow(facet, 9.) * .9;
  c = mix(c, crystal * (.45 + 3.4 * r), heart);
  c += tint[3] * .5 * smoothstep(.014, .0, abs(r - .178));
  return c + .1 * smoothstep(.55, .8, fbm(p * 1.7 + 3., 3));
}

/** Ink in water. tint: 0 paper, 1 to 3 inks. */
vec3 ink(vec2 p) {
  vec2 x = p * 2.1 + seed, a = vec2(fbm(x, 6), fbm(x + 5.2, 6)), b = vec2(fbm(x + 3.4 * a + 1.7, 6), fbm(x + 3.4 * a + 8.3, 6));
  float v = fbm(x + 3.8 * b, 7);
  vec3 c = mix(tint[0], tint[1], smoothstep(.38, .62, v));
  c = mix(c, tint[2], smoothstep(.42, .72, length(a - .1) * .8) * smoothstep(.35, .6, v));
  c = mix(c, tint[3], smoothstep(.5, .68, b.y) * .9);
  float e = .004; float lift = fbm(x + e * 40. + 3.8 * b, 5) - v;
  c *= 1. + .9 * lift;
  return mix(c, tint[0], .55 * smoothstep(.45, .3, v));
}

/** Dew on a leaf. tint: 0 leaf, 1 its veins, 2 light. knob: 0 slant. */
vec3 leafAt(vec2 p) {
  vec2 q = turn(knob[0]) * p; q.y -= .05 * q.x * q.x;
  float s = abs(q.y), side = q.x * 1. - s * .75, rib = abs(fract(side * 7.) - .5) / 7.;
  float cells = ridged(p * 26. + 2. * noise(p * 9.), 3);
  vec3 c = tint[0] * (.62 + .5 * smoothstep(.0, .07, rib)) * (.8 + .3 * cells) * (1. - .3 * step(q.y, 0.));
  c = mix(c, tint[1], .75 * smoothstep(.006, .001, rib - .0) * smoothstep(.65, .1, s));
  c = mix(c, tint[1] * 1.05, smoothstep(.014, .006, s + .003));
  return c * (.7 + .6 * exp(-length(p - vec2(-.35, .3)) * 1.6));
}

vec3 dew(vec2 p) {
  vec3 c = leafAt(p);
  for (float k = 0.; k < 4.; k++) {
    float scale = 3.6 * pow(1.75, k); vec2 g = p * scale + k * 9. + seed, cell = floor(g), f = fract(g) - .5 - .42 * (hash2(cell) - .5);
    float r = (.12 + .17 * hash(cell + 3.)) * step(.42, hash(cell + 9.)); if (r < .01) continue;
    f.y *= .93 + .12 * hash(cell + 6.);
    float d = length(f), in_ = inside(d - r, .012), z = sqrt(sat(1. - d * d / (r * r)));
    c *= 1. - .6 * smoothstep(r * 1.25, r * .7, length(f - vec2(.22, -.26) * r)) * (1. - in_);
    c += tint[2] * .25 * smoothstep(r * .5, .0, length(f - vec2(.55, -.62) * r * 1.5)) * (1. - in_);
    vec3 lens = leafAt(p - f / scale * (.75 + .5 * z)) * (.5 + .95 * smoothstep(.9, -1., dot(f, normalize(vec2(-.6, .8))) / r));
    lens += tint[2] * .5 * smoothstep(.35, 1., dot(f, normalize(vec2(.6, -.8))) / r);
    lens *= .55 + .45 * z;
    vec2 s = f / r - vec2(-.36, .42);
    lens += vec3(1.) * (inside(max(abs(s.x * 1.1 + .2 * s.y), abs(s.y)) - .13, .03) * smoothstep(.012, .03, abs(s.x)) * .95);
    c = mix(c, lens, in_);
  }
  return c;
}

/** Soap bubbles. tint: 0 and 1 the air, 2 light. knob: 0 how many. */
vec3 bubbles(vec2 p) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.5, .5, p.y + .3 * p.x));
  for (float i = 0.; i < 34.; i++) { vec2 at = hash2(vec2(i, seed)) * vec2(1.7, 1.2) - vec2(.85, .6); float r = .03 + .1 * hash(i + 2.); c += tint[2] * .09 * hash(i + 7.) * inside(length(p - at) - r, .012); }
  for (float i = 0.; i < knob[0]; i++) {
    float t = i / knob[0], r = mix(.03, .27, t * t) * (.8 + .3 * hash(vec2(i, seed)));
    vec2 at = vec2((hash(vec2(i, seed + 2.)) - .5) * 1.25, (hash(vec2(i, seed + 3.)) - .5) * .75), q = (p - at) / r; float d = length(q);
    if (d > 1.02) continue;
    float z = sqrt(sat(1. - d * d)), film_ = 2.2 + 2.6 * d * d + 1.5 * q.y + 1.6 * fbm(q * 1.6 + vec2(i * 5., seed) + .7 * fbm(q * 3. + i, 4), 5);
    vec3 rainbow = .5 + .5 * cos(6.283 * (film_ * vec3(1., 1.18, 1.4) * .62) + vec3(0., .6, 1.2));
    float edge = pow(d, 4.5);
    vec3 own = c * (1. - .15 * edge) + rainbow * (.1 + .62 * edge) * mix(vec3(1.), tint[2], .3);
    vec2 w = (q - vec2(-.42, .45)) * turn(-.78), w2 = (q + vec2(-.45, .5)) * turn(-.78);
    float pane = inside(max(abs(w.x) - .14 + .2 * w.y * w.y, abs(w.y) - .2), .02) * smoothstep(.008, .025, abs(w.x)) * smoothstep(.008, .025, abs(w.y));
    own += .75 * pane + .28 * inside(max(abs(w2.x) - .06, abs(w2.y) - .13), .03);
    own += .5 * smoothstep(.03, .0, abs(d - .975));
    c = mix(c, own, inside(d - 1., .004 / r * .2));
  }
  return c;
}

/** A feather's vane. tint: 0 ground, 1 to 3 the eye's rings, 4 barbs. knob: 0 the eye's size. */
vec3 plume(vec2 p) {
  vec2 q = turn(-.35) * (p - vec2(.02, .05));
  float comb = q.y - .55 * abs(q.x) + .05 * sin(q.x * 9.), hair = .5 + .5 * sin(comb * 330. + 9. * noise(q * 6.)), tuft = noise(vec2(comb * 46., sign(q.x) + seed));
  vec2 e = q / knob[0] + .03 * vec2(tuft - .5, 0.); float r = length(e * vec2(1.15, .92 + .12 * e.y));
  vec3 c = mix(tint[0], tint[4], smoothstep(.25, .85, tuft) * (.35 + .65 * hair));
  float frizz = .07 * (tuft - .5) + .05 * (hair - .5);
  c = mix(c, tint[3] * (.5 + .7 * hair), inside(r - 1.25 + frizz, .03));
  c = mix(c, mix(tint[3], vec3(.95, .8, .35), .6) * (.5 + .65 * hair), inside(r - 1.05 + frizz, .03));
  c = mix(c, tint[2] * (.5 + .75 * hair), inside(r - .82 + frizz, .03));
  vec2 h = e + vec2(0., .1); float heart = length(h * vec2(1., 1.1)) - .5 + .2 * sat(.5 - abs(h.x) * 3.) * step(h.y, 0.);
  c = mix(c, tint[1] * (.4 + .8 * hair), inside(heart + frizz * .5, .025));
  c += .28 * tint[2] * pow(hair, 6.) * exp(-length(p - vec2(-.2, .25)) * 3.);
  return mix(c, vec3(.95, .9, .75) * .8, inside(abs(q.x) - .006 - .004 * sat(-q.y), .002) * smoothstep(.0, -.2, q.y));
}

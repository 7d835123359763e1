// Woods in October.
// tint: 0 gold, 1 orange, 2 red, 3 dark wood, 4 light between the trees.

vec3 leafHue(float h) { return blend(tint[0], tint[1], tint[2], h); }

/** Foliage out of focus. */
vec3 foliage(vec2 p, float fine) {
  vec3 c = mix(tint[4], leafHue(fbm(p * 2. + seed, 4)), smoothstep(.25, .6, fbm(p * 3. + seed + 9., 5)));
  for (float i = 0.; i < 70.; i++) {
    vec2 at = vec2((hash(vec2(i, seed)) - .5) * 1.7, (hash(vec2(i, seed + 2.)) - .5) * 1.15);
    float r = mix(.02, .1, hash(vec2(i, 9.))) * fine, d = length(p - at);
    c = mix(c, mix(leafHue(hash(i + seed)), tint[4], .45 * hash(i + 5.)), inside(d - r, .006) * (.22 + .2 * smoothstep(r * .5, r, d)));
  }
  return c;
}

/** Birches before foliage. knob: 0 how many, 1 bokeh. */
vec3 birches(vec2 p) {
  vec3 c = foliage(p, knob[1]) * mix(.7, 1.05, smoothstep(-.5, .4, p.y));
  float ground = -.36 + .03 * noise(p.x * 4.);
  vec3 litter = leafHue(noise(p * vec2(60., 150.))) * (.35 + .75 * noise(p * vec2(90., 210.) + 4.));
  c = mix(c, litter, smoothstep(.02, -.03, p.y - ground));
  for (float i = 0.; i < knob[0]; i++) {
    float t = i / max(knob[0] - 1., 1.), w = mix(.008, .05, t * t), x = (fract(i * .618 + .13 * hash(i + seed) + seed * .37) - .5) * 1.45;
    x += .04 * (noise(p.y * 2. + i * 9.) - .5) + p.y * .05 * (hash(i + 3.) - .5);
    float foot = mix(ground + .02, -.55, t), d = (p.x - x) / (w * (1. - .25 * p.y)), side = sqrt(sat(1. - d * d));
    vec2 q = vec2(d * .5 * w * 40., p.y / w);
    float bark = smoothstep(.58, .68, noise(vec2(d * 1.6 + i * 5., q.y * 1.1) + i)) * smoothstep(.4, .6, noise(vec2(d * 2., q.y * 5.) + i * 7.));
    bark = max(bark, .8 * smoothstep(.73, .78, noise(vec2(d * 1.2, q.y * .3 + i * 3.))));
    vec3 own = mix(vec3(.93, .9, .85), tint[0], .12 + .12 * d) * (.38 + .62 * side - .2 * d);
    own = mix(own, tint[3] * .6, bark * .9) * (.93 + .12 * fbm(q * vec2(3., 1.5), 4));
    own = mix(mix(tint[4], own, .35 + .2 * t), own, t);
    c = mix(c, own, inside(abs(d) - 1., .05 + .08 * (1. - t)) * step(foot, p.y));
  }
  for (float i = 0.; i < 26.; i++) {
    vec2 q = turn(hash(i + seed) * 6.) * (p - vec2((hash(vec2(i, 3. + seed)) - .5) * 1.6, hash(vec2(i, 4. + seed)) - .5));
    float r = .006 + .012 * hash(i + 44.);
    c = mix(c, leafHue(hash(i + 9.)) * 1.05, inside(length(q * vec2(1., 2.1)) - r, .0025) * .9);
  }
  return c;
}

/** A maple leaf of size 1: distance-like in x, height of its relief in y. */
vec2 maple(vec2 q) {
  float a = atan(q.x, q.y), r = length(q), edge = .2, vein = 9.;
  for (float k = -2.; k <= 2.; k++) {
    float at = k * .95, len = abs(k) < .5 ? 1. : abs(k) < 1.5 ? .9 : .6, off = a - at;
    float lobe = len * pow(max(cos(off * 1.15), 0.), 4.) * (1. - .12 * abs(fract(abs(off) * 6.5) - .5) * 2. - .1 * step(.24, abs(off)));
    edge = max(edge, lobe);
    vec2 v = turn(-at) * q;
    vein = min(vein, v.y > 0. ? abs(v.x) + .012 * v.y : 9.);
    vein = min(vein, v.y > 0. ? abs(abs(v.x) - .75 * (fract(v.y * 4.) / 4.)) + .012 + step(.3, abs(v.x)) : 9.);
  }
  return vec2((r - edge) * .55, vein);
}

/** Fallen leaves. knob: 0 how many, 1 their size, 2 wet. tint 5: what they lie on. */
vec3 fallen(vec2 p) {
  float grain = fbm(vec2(p.x * 4. + .4 * noise(p * 3.), p.y * 60.) + seed, 6), plank = fract(p.y * 4. + .5);
  vec3 c = tint[5] * (.55 + .7 * grain) * (.75 + .25 * smoothstep(.0, .03, plank) * smoothstep(1., .97, plank)) * (.85 + .3 * hash(floor(p.y * 4. + .5)));
  for (float i = 0.; i < knob[0]; i++) {
    vec2 at = vec2((fract(i * .7548 + hash(seed)) - .5) * 1.6, (fract(i * .5698 + hash(seed + 1.)) - .5) * 1.1);
    float size = knob[1] * (.55 + .6 * hash(vec2(i, seed + 6.))), a = hash(vec2(i, seed + 7.)) * 6.28;
    vec2 q = turn(a) * (p - at) / size; q.x *= 1. + .25 * q.y * (hash(i + 2.) - .5);
    vec2 shade = turn(a) * (p - at - vec2(.012, -.016)) / size;
    vec2 m = maple(q);
    c *= 1. - .5 * inside(maple(shade).x, .05);
    float stem = max(abs(q.x + .12 * q.y * q.y) - .016, max(q.y, -q.y - .75));
    vec3 hue = leafHue(sat(hash(vec2(i, seed + 8.)) + .35 * (fbm(q * 2.5 + i, 4) - .5) + .25 * (length(q) - .4)));
    float relief = fbm(q * 5. + i * 3., 5);
    vec3 own = hue * (.62 + .55 * relief) * (1. - .3 * smoothstep(.05, .0, abs(m.x)));
    own = mix(own, mix(hue, tint[0], .6) * 1.12, inside(m.y - .011, .008) * .75);
    own = mix(own, tint[3], .5 * smoothstep(.68, .76, noise(q * 9. + i * 5.)));
    c = mix(c, own, inside(m.x, .012));
    c = mix(c, mix(hue, tint[3], .35), inside(stem, .008));
  }
  for (float k = 0.; k < 2.; k++) {
    vec2 g = p * (16. + 11. * k) + seed, cell = floor(g), f = fract(g) - .5 - .4 * (hash2(cell) - .5);
    float r = (.08 + .16 * hash(cell + 3.)) * step(1. - knob[2], hash(cell + 9.)), d = length(f);
    float in_ = inside(d - r, .02) * step(.01, r);
    c *= 1. - .35 * in_ * smoothstep(-.5, .8, dot(f, vec2(-.5, .8)) / max(r, .01)) - .25 * inside(length(f - vec2(.02, -.03)) - r, .05) * (1. - in_) * step(.01, r);
    c += in_ * (.16 * smoothstep(.2, -.9, dot(f, vec2(-.6, .8)) / max(r, .01)) + .9 * exp(-length(f - vec2(-.35, .4) * r) * 34.));
  }
  return c;
}

vec3 crowns(vec2 p, float shore) {
  vec3 c = mix(tint[4], mix(tint[4], vec3(.75, .85, .95), .7), smoothstep(.1, .5, p.y));
  for (float i = 0.; i < 4.; i++) {
    float far = 1. - i / 3., x = p.x * (5. - .6 * i) + i * 3.3 + seed, best = -9.; vec3 own = c;
    for (float k = -1.; k < 2.; k++) {
      float cell = floor(x) + k, r = hash(vec2(cell, i + seed)), pine = step(.78, hash(vec2(cell, i + 60.)));
      vec2 q = vec2((fract(x) - k - .5 - .4 * (r - .5)) / (5. - .6 * i), p.y - shore);
      float top = (.16 + .13 * r) * (1.25 - .22 * i), w = mix(.085 * sqrt(sat(1. - pow(abs(q.y / top * 2. - 1.), 3.))), .05 * sat(1. - q.y / top) * (.75 + .35 * fract(q.y * 40.)), pine);
      float clump = .075 * (fbm(p * 21. + cell * 5. + i * 3., 5) - .47) * (1. - .6 * pine);
      float d = max(abs(q.x) - w, q.y - top) + clump;
      float m = inside(d, .003);
      vec3 hue = mix(leafHue(hash(vec2(cell, i + 7. + seed))), vec3(.16, .27, .2), pine * .9);
      float tex = fbm(p * 48. + cell * 9., 5), lit = .5 + .5 * sat((q.y / top) * .7 - q.x / w * .25 + .3);
      vec3 tree = hue * (.45 + .9 * tex) * lit;
      if (m > .01) { own = mix(own, mix(tree, tint[4], .45 * far), m); best = 1.; }
    }
    c = own;
  }
  return c;
}

/** Trees on a pond. knob: 0 the shore, 1 mist. */
vec3 pond(vec2 p) {
  float below = knob[0] - p.y;
  if (below < 0.) { vec3 c = crowns(p, knob[0]); return mix(c, tint[4], knob[1] * exp(below * 11.) * (.6 + .5 * fbm(p * vec2(3., 9.), 4))); }
  float wave = (noise(vec2(p.x * 10., below * 150. / (1. + 5. * below) + seed)) - .5) * .09 * smoothstep(0., .35, below) + (noise(vec2(p.x * 40., below * 500.)) - .5) * .006;
  vec3 c = crowns(vec2(p.x + wave * .25, knob[0] + below * .96 + wave), knob[0]) * .8;
  c = mix(c, tint[3] * .7, .15 + .45 * smoothstep(.15, .6, below));
  for (float i = 0.; i < 46.; i++) {
    float z = pow(hash(vec2(i, 3. + seed)), .6), y = knob[0] - .05 - .5 * z;
    vec2 q = (p - vec2((hash(vec2(i, seed)) - .5) * 1.6, y)) / (.004 + .014 * z) * vec2(1., 2.6);
    q = turn((hash(i) - .5) * .6) * q;
    c = mix(c, leafHue(hash(i + 4.)) * (.9 + .2 * q.y), inside(length(q * vec2(1., 1.3)) - 1., .12));
  }
  return mix(c, tint[4], .8 * knob[1] * exp(-below * 16.));
}

/** Up into the crowns. knob: 0 trunks, 1, 2 where they meet. */
vec3 canopy(vec2 p) {
  vec2 d = p - vec2(knob[1], knob[2]);
  float r = length(d), a = atan(d.y, d.x);
  float open = fbm(p * 3.2 + seed, 6) + .28 * fbm(p * 17., 4) + .12 * smoothstep(.1, .7, r);
  vec3 sky = mix(vec3(.62, .8, .93), vec3(.95, .97, .98), smoothstep(.8, .0, r));
  vec3 leaf = leafHue(fbm(p * 4.5 + 20. + seed, 5) * 1.4 - .2) * (.55 + .85 * fbm(p * 33., 5)) * (1.15 - .35 * r);
  vec3 c = mix(sky, leaf, smoothstep(.5, .58, open));
  c = mix(c, mix(leaf, tint[4], .5) * 1.1, .7 * smoothstep(.52, .57, fbm(p * 11. + 50., 5)) * smoothstep(.45, .6, open));
  for (float i = 0.; i < knob[0]; i++) {
    float at = (i + .55 * hash(vec2(i, seed))) / knob[0] * 6.283, from = .1 + .16 * hash(vec2(i, seed + 1.));
    float off = mod(a - at + PI, 2. * PI) - PI, w = (.012 + .075 * hash(i + 4.)) * smoothstep(from * .7, .95, r) + .004;
    float x = off * r + .02 * (noise(vec2(r * 7., i)) - .5);
    vec3 bark = mix(tint[3], tint[3] * 1.9, sat(.5 - x / w * .5)) * (.55 + .6 * noise(vec2(x / w * 5. + i * 9., r * 26.)));
    c = mix(c, bark, inside(abs(x) - w, .002) * step(from, r));
    for (float k = 0.; k < 5.; k++) {
      float b = from + .06 + .13 * k, s = mod(k, 2.) * 2. - 1., along = r - b;
      float twig = abs(x - s * (w + along * .9)) - .005 * sat(1. - along / .2);
      c = mix(c, bark * .8, inside(twig, .0015) * step(0., along) * step(along, .17));
    }
  }
  return c + tint[4] * .22 * exp(-r * 4.);
}
